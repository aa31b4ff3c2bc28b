#include "harness/processor_time.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include "harness/clock.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

std::uint64_t nsOf(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * nsPerSecond +
         static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

std::uint64_t usedNs(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return nsOf(usage.ru_utime) + nsOf(usage.ru_stime);
}

double difference(std::uint64_t now, std::uint64_t earlier) {
  return static_cast<double>(now) - static_cast<double>(earlier);
}

}  // namespace

MachineTime machineTime(std::string_view procStat) {
  // "cpu user nice system idle iowait irq softirq steal …" (proc(5)).
  const auto total = fieldOf(procStat, "cpu");
  if (!total) return {};
  const auto words = splitWords(*total);
  if (words.size() < 8) return {};
  const std::uint64_t tickNs = nsPerSecond / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  const auto ticks = [&](std::size_t index) { return parseNumber(words[index]).value_or(0); };
  return {(ticks(0) + ticks(1) + ticks(2) + ticks(5) + ticks(6)) * tickNs, ticks(7) * tickNs};
}

ProcessorTime ProcessorTime::read() {
  ProcessorTime now;
  if (const auto stat = readTextFile("/proc/stat")) now.machine_ = machineTime(*stat);
  now.ownNs_ = usedNs(RUSAGE_SELF) + usedNs(RUSAGE_CHILDREN);
  now.atNs_ = monotonicNs();
  return now;
}

std::vector<std::pair<std::string, double>> ProcessorTime::since(
    const ProcessorTime& earlier) const {
  const double busyNs = difference(machine_.busyNs, earlier.machine_.busyNs);
  const double elapsedNs = difference(atNs_, earlier.atNs_);
  return {{"sampleNs", elapsedNs},
          {"processorsNs", elapsedNs * static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN))},
          {"otherProgramsNs", busyNs - difference(ownNs_, earlier.ownNs_)},
          {"stolenNs", difference(machine_.stolenNs, earlier.machine_.stolenNs)}};
}

}  // namespace folio
