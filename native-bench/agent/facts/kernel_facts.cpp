// kernel, aslr, perfEventParanoid.
#include <sys/utsname.h>

#include "agent/facts/facts.hpp"
#include "harness/text_file.hpp"

namespace folio {

void writeKernelFacts(JsonWriter& json, const MachineFiles& files) {
  utsname name{};
  uname(&name);
  json.key("kernel").beginObject();
  json.member("release", name.release)
      .member("version", name.version)
      .member("architecture", name.machine);
  json.member("commandLine", files.text("/proc/cmdline")).endObject();
  json.member("aslr", files.number("/proc/sys/kernel/randomize_va_space"));
  // -1 permits everything.
  const auto paranoid = files.text("/proc/sys/kernel/perf_event_paranoid");
  const bool isNegative = paranoid && paranoid->starts_with('-');
  const auto level =
      paranoid ? parseNumber(std::string_view(*paranoid).substr(isNegative ? 1 : 0)) : std::nullopt;
  if (level) {
    json.member("perfEventParanoid", isNegative ? -static_cast<std::int64_t>(*level)
                                                : static_cast<std::int64_t>(*level));
  } else {
    json.key("perfEventParanoid").null();
  }
}

}  // namespace folio
