#include "harness/perf_counters.hpp"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace folio {

namespace {

struct Event {
  std::string_view name;
  std::uint32_t type;
  std::uint64_t config;
};

constexpr std::uint64_t dataTlbMisses(std::uint64_t operation) {
  return PERF_COUNT_HW_CACHE_DTLB | operation << 8 |
         std::uint64_t{PERF_COUNT_HW_CACHE_RESULT_MISS} << 16;
}

constexpr std::array events{
    Event{"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    Event{"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    Event{"dtlbLoadMisses", PERF_TYPE_HW_CACHE, dataTlbMisses(PERF_COUNT_HW_CACHE_OP_READ)},
    Event{"dtlbStoreMisses", PERF_TYPE_HW_CACHE, dataTlbMisses(PERF_COUNT_HW_CACHE_OP_WRITE)},
};

Descriptor openEvent(const Event& event, bool withChildren) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = event.type;
  attributes.config = event.config;
  attributes.disabled = 1;
  attributes.inherit = withChildren ? 1 : 0;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return Descriptor(
      static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC)));
}

}  // namespace

PerfCounters PerfCounters::open(bool withChildren) {
  PerfCounters result;
  for (const Event& event : events) {
    Descriptor descriptor = openEvent(event, withChildren);
    if (descriptor.isOpen()) {
      result.counters_.push_back({event.name, std::move(descriptor)});
    } else if (result.reason_.empty()) {
      result.reason_ =
          std::string(event.name) + ": perf_event_open failed: " + std::strerror(errno);
    }
  }
  if (result.available()) result.reason_.clear();
  return result;
}

void PerfCounters::start() {
  for (const Counter& counter : counters_) {
    ioctl(counter.descriptor.number(), PERF_EVENT_IOC_RESET, 0);
    ioctl(counter.descriptor.number(), PERF_EVENT_IOC_ENABLE, 0);
  }
}

void PerfCounters::stop() {
  for (const Counter& counter : counters_)
    ioctl(counter.descriptor.number(), PERF_EVENT_IOC_DISABLE, 0);
}

std::vector<std::pair<std::string, double>> PerfCounters::read() const {
  struct Reading {
    std::uint64_t value, enabledNs, runningNs;
  };
  std::vector<std::pair<std::string, double>> counts;
  for (const Counter& counter : counters_) {
    Reading reading{};
    if (::read(counter.descriptor.number(), &reading, sizeof reading) != sizeof reading) continue;
    if (reading.runningNs == 0) continue;
    const double share =
        static_cast<double>(reading.enabledNs) / static_cast<double>(reading.runningNs);
    counts.emplace_back(counter.name, static_cast<double>(reading.value) * share);
  }
  return counts;
}

}  // namespace folio
