#include "host/kernel_counters.hpp"

#include <array>
#include <filesystem>

#include "harness/processor_time.hpp"
#include "harness/text_file.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// Those of /proc/vmstat that are about faults, huge pages, copies and reclaim; which exist depends
// on the kernel.
constexpr std::array vmstatPrefixes{std::string_view{"thp_"},
                                    std::string_view{"pgfault"},
                                    std::string_view{"pgmajfault"},
                                    std::string_view{"pgreuse"},
                                    std::string_view{"pswp"},
                                    std::string_view{"compact_stall"},
                                    std::string_view{"allocstall"},
                                    std::string_view{"numa_pages_migrated"},
                                    std::string_view{"pgmigrate_success"}};

bool isWanted(std::string_view name) {
  for (const std::string_view prefix : vmstatPrefixes) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

// Names of our own; a value of 0 means something too.
bool isToldAlways(std::string_view name) {
  return name.find('.') == std::string_view::npos;
}

}  // namespace

KernelCounters KernelCounters::ofStolenTime() {
  KernelCounters counters;
  if (const auto stat = readTextFile("/proc/stat"))
    counters.values_["stealNs"] = static_cast<double>(machineTime(*stat).stolenNs);
  return counters;
}

KernelCounters KernelCounters::read(std::uint64_t folio) {
  KernelCounters counters = ofStolenTime();
  auto& values = counters.values_;
  if (const auto schedule = readTextFile("/proc/self/sched")) {
    if (const auto migrations = numberField(*schedule, "se.nr_migrations"))
      values["cpuMigrations"] = static_cast<double>(*migrations);
  }
  if (const auto vmstat = readTextFile("/proc/vmstat")) {
    for (const std::string_view line : splitLines(*vmstat)) {
      const auto words = splitWords(line);
      if (words.size() != 2 || !isWanted(words[0])) continue;
      if (const auto value = parseNumber(words[1])) {
        values["vmstat." + std::string(words[0])] = static_cast<double>(*value);
      }
    }
  }
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(folioSizeDirectory(folio) + "/stats", ignored)) {
    if (const auto value = readNumber(entry.path())) {
      values["thp." + entry.path().filename().string()] = static_cast<double>(*value);
    }
  }
  return counters;
}

std::vector<std::pair<std::string, double>> KernelCounters::since(
    const KernelCounters& earlier) const {
  std::vector<std::pair<std::string, double>> differences;
  for (const auto& [name, value] : values_) {
    const auto before = earlier.values_.find(name);
    if (before == earlier.values_.end()) continue;
    const double difference = value - before->second;
    if (difference != 0 || isToldAlways(name)) differences.emplace_back(name, difference);
  }
  return differences;
}

double KernelCounters::since(const KernelCounters& earlier, std::string_view name) const {
  const auto after = values_.find(name);
  const auto before = earlier.values_.find(name);
  return after == values_.end() || before == earlier.values_.end() ? 0
                                                                   : after->second - before->second;
}

}  // namespace folio
