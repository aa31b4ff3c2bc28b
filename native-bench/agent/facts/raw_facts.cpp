// What the engine makes facts of itself: it has the means to unpack and to hash.
#include <sys/utsname.h>

#include "agent/facts/facts.hpp"
#include "harness/base64.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

// Where distributions keep it; a kernel that carries its own, packed with gzip, is asked first.
OptionalText readConfig(const MachineFiles& files) {
  constexpr std::size_t mostBytes = 700'000;  // in base64 less than a line may have
  utsname name{};
  uname(&name);
  const std::string release = name.release;
  for (const std::string& path : {std::string("/proc/config.gz"), "/boot/config-" + release,
                                  "/lib/modules/" + release + "/config"}) {
    auto config = readTextFile(files.pathOf(path));
    if (config && config->size() <= mostBytes) return config;
  }
  return std::nullopt;
}

}  // namespace

void writeRawFacts(JsonWriter& json, const MachineFiles& files) {
  const auto config = readConfig(files);
  auto machineId = files.text("/etc/machine-id");
  if (!machineId) machineId = files.text("/var/lib/dbus/machine-id");
  json.beginObject();
  json.member("kernelConfig", config ? OptionalText(base64(*config)) : OptionalText());
  json.member("machineId", machineId).endObject();
}

}  // namespace folio
