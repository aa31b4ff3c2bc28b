#include "harness/thread_usage.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "harness/clock.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

std::optional<std::uint64_t> waitedNsOfThread() {
  // "RAN WAITED TIMESLICES", the first two in nanoseconds
  // (Documentation/scheduler/sched-stats.rst). The first lags behind by up to a tick, the clock of
  // the thread does not.
  const auto text = readTextFile("/proc/thread-self/schedstat");
  if (!text) return std::nullopt;
  const auto words = splitWords(trimmed(*text));
  // A kernel that keeps no account says "0 0 0"; one that does has given whoever asks a slice of
  // time, but may not yet have noted how long it ran.
  if (words.size() < 3 || words[2] == "0") return std::nullopt;
  return parseNumber(words[1]);
}

// All but the time waited.
ThreadUsage readQuickly() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto count = [](long value) { return static_cast<std::uint64_t>(value); };
  return {.countedNs = monotonicNs(),
          .ranNs = readClockNs(CLOCK_THREAD_CPUTIME_ID),
          .waitedNs = std::nullopt,
          .minorFaults = count(usage.ru_minflt),
          .majorFaults = count(usage.ru_majflt),
          .voluntarySwitches = count(usage.ru_nvcsw),
          .involuntarySwitches = count(usage.ru_nivcsw)};
}

template <class Combine>
ThreadUsage combined(const ThreadUsage& a, const ThreadUsage& b, Combine combine) {
  ThreadUsage result;
  for (const auto field : {&ThreadUsage::countedNs, &ThreadUsage::ranNs, &ThreadUsage::minorFaults,
                           &ThreadUsage::majorFaults, &ThreadUsage::voluntarySwitches,
                           &ThreadUsage::involuntarySwitches})
    result.*field = combine(a.*field, b.*field);
  result.waitedNs =
      a.waitedNs && b.waitedNs ? std::optional(combine(*a.waitedNs, *b.waitedNs)) : std::nullopt;
  return result;
}

}  // namespace

ThreadUsage ThreadUsage::begin() {
  const auto waitedNs = waitedNsOfThread();
  ThreadUsage reading = readQuickly();
  reading.waitedNs = waitedNs;
  return reading;
}

ThreadUsage ThreadUsage::untilNow() const {
  ThreadUsage reading = readQuickly();
  reading.waitedNs = waitedNsOfThread();
  ThreadUsage usage = combined(
      reading, *this, [](std::uint64_t later, std::uint64_t before) { return later - before; });
  // A wait while the files were read, before or after, is not part of what lies between them.
  if (usage.waitedNs)
    usage.waitedNs =
        std::min(*usage.waitedNs, usage.countedNs - std::min(usage.countedNs, usage.ranNs));
  return usage;
}

ThreadUsage& ThreadUsage::operator+=(const ThreadUsage& other) {
  return *this = combined(*this, other, [](std::uint64_t a, std::uint64_t b) { return a + b; });
}

std::vector<std::pair<std::string, double>> ThreadUsage::counters() const {
  std::vector<std::pair<std::string, double>> counters{
      {"countedNs", static_cast<double>(countedNs)},
      {"minorFaults", static_cast<double>(minorFaults)},
      {"majorFaults", static_cast<double>(majorFaults)},
      {"voluntarySwitches", static_cast<double>(voluntarySwitches)},
      {"involuntarySwitches", static_cast<double>(involuntarySwitches)}};
  if (waitedNs) counters.emplace_back("waitedNs", static_cast<double>(*waitedNs));
  return counters;
}

}  // namespace folio
