// virtualisation, clock, load, privileges, identity.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "agent/facts/facts.hpp"
#include "harness/clock.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

// The twelve letters a hypervisor signs with, and its common name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> hypervisors{
    {{"KVMKVMKVM", "kvm"},
     {"TCGTCGTCGTCG", "qemu-tcg"},
     {"Microsoft Hv", "hyper-v"},
     {"VMwareVMware", "vmware"},
     {"XenVMMXenVMM", "xen"},
     {"bhyve bhyve ", "bhyve"},
     {"ACRNACRNACRN", "acrn"},
     {" lrpepyh  vr", "parallels"}}};

OptionalText readHypervisor(const MachineFiles& files) {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned hypervisorBit = 1u << 31;
  if (__get_cpuid(1, &a, &b, &c, &d) != 0 && (c & hypervisorBit) != 0) {
    std::array<unsigned, 3> letters{};
    __cpuid(0x40000000, a, letters[0], letters[1], letters[2]);
    char text[13] = {};
    std::memcpy(text, letters.data(), 12);
    const auto known = std::ranges::find(hypervisors, std::string_view(text),
                                         &decltype(hypervisors)::value_type::first);
    return known != hypervisors.end() ? std::string(known->second) : std::string(trimmed(text));
  }
#endif
  return files.text("/sys/hypervisor/type");
}

struct Balloon {
  std::optional<bool> isPresent, reportsFreePages;
};

// The virtio balloon: device 5, and bit 5 of its features is the reporting of free pages
// (virtio 1.2, section 5.5.3).
Balloon readBalloon(const MachineFiles& files) {
  const std::string devices = "/sys/bus/virtio/devices/";
  if (!files.exists(devices)) return {};
  for (const std::string& name : files.names(devices)) {
    const std::string directory = devices + name;
    const auto device = files.text(directory + "/device");
    if (!device || *device != "0x0005") continue;
    const auto features = files.text(directory + "/features");
    if (!features || features->size() <= 5) return {true, std::nullopt};
    return {true, (*features)[5] == '1'};
  }
  return {false, false};
}

// The smallest step seen between two readings, and the time one reading takes.
struct ClockQuality {
  std::uint64_t resolutionNs, costNs;
};

ClockQuality measureClock() {
  constexpr int readings =
      20000;  // about a millisecond where the clock is read without a system call
  std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t begin = monotonicNs();
  std::uint64_t last = begin;
  for (int i = 0; i < readings; ++i) {
    const std::uint64_t now = monotonicNs();
    if (now != last) smallest = std::min(smallest, now - last);
    last = now;
  }
  return {smallest, (last - begin) / readings};
}

struct Steal {
  std::uint64_t stolen = 0;
  std::uint64_t all = 0;
};

// The line "cpu user nice system idle iowait irq softirq steal guest guest_nice" of /proc/stat, in
// ticks. The time of guests is contained in user and nice.
Steal readSteal(const MachineFiles& files) {
  Steal steal;
  const std::string stat = files.text("/proc/stat").value_or("");
  const auto words = splitWords(fieldOf(stat, "cpu").value_or(""));
  for (std::size_t i = 0; i < std::min<std::size_t>(words.size(), 8); ++i) {
    const std::uint64_t ticks = parseNumber(words[i]).value_or(0);
    steal.all += ticks;
    if (i == 7) steal.stolen = ticks;
  }
  return steal;
}

std::optional<double> observeStealPercent(const MachineFiles& files) {
  constexpr useconds_t observationUs = 200'000;  // 20 ticks of the usual 10 ms for each CPU
  const Steal before = readSteal(files);
  usleep(observationUs);
  const Steal after = readSteal(files);
  if (after.all <= before.all) return std::nullopt;
  return 100.0 * static_cast<double>(after.stolen - before.stolen) /
         static_cast<double>(after.all - before.all);
}

std::optional<double> parseLoad(const std::vector<std::string_view>& words, std::size_t index) {
  if (index >= words.size()) return std::nullopt;
  return std::strtod(std::string(words[index]).c_str(), nullptr);
}

OptionalText readProduct(const MachineFiles& files) {
  if (auto product = files.text("/sys/class/dmi/id/product_name")) return product;
  return files.text("/proc/device-tree/model");
}

}  // namespace

void writeVirtualisationFacts(JsonWriter& json, const MachineFiles& files) {
  const Balloon balloon = readBalloon(files);
  json.key("virtualisation").beginObject();
  json.member("hypervisor", readHypervisor(files));
  json.member("balloon", balloon.isPresent)
      .member("freePageReporting", balloon.reportsFreePages)
      .endObject();
}

void writeClockFacts(JsonWriter& json, const MachineFiles& files) {
  const std::string directory = "/sys/devices/system/clocksource/clocksource0";
  const ClockQuality quality = measureClock();
  json.key("clock").beginObject();
  json.member("source", files.text(directory + "/current_clocksource"));
  json.member("resolutionNs", quality.resolutionNs).member("costNs", quality.costNs);
  json.member("available", files.text(directory + "/available_clocksource")).endObject();
}

void writeLoadFacts(JsonWriter& json, const MachineFiles& files) {
  const std::string loadavg = files.text("/proc/loadavg").value_or("");
  const auto words = splitWords(loadavg);
  json.key("load").beginObject();
  json.member("one", parseLoad(words, 0))
      .member("five", parseLoad(words, 1))
      .member("fifteen", parseLoad(words, 2));
  json.member("stealPercent", observeStealPercent(files));
  json.member("running", numberField(files.text("/proc/stat").value_or(""), "procs_running"))
      .endObject();
}

void writeIdentityFacts(JsonWriter& json, const MachineFiles& files) {
  const std::string status = files.text("/proc/self/status").value_or("");
  const auto capabilities = fieldOf(status, "CapEff");
  json.key("privileges").beginObject().member("root", geteuid() == 0);
  json.member("capabilities", capabilities ? OptionalText(*capabilities) : OptionalText())
      .endObject();
  json.key("identity").beginObject();
  json.member("product", readProduct(files)).endObject();
}

}  // namespace folio
