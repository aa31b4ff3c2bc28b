// What the kernel counted for one thread: its time on a CPU and waiting for one, its faults, and
// how often it was taken off its CPU.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace folio {

// A reading of this thread, or what threads counted between two. Plain data, so that tasks can
// report it through memory that they share.
struct ThreadUsage {
  std::uint64_t countedNs =
      0;  // CLOCK_MONOTONIC; of differences how long was counted, summed over the threads
  std::uint64_t ranNs = 0;  // on a CPU
  // Ready to run but waiting for a CPU; a thread that is frozen, or sleeps, neither runs nor waits.
  // Nothing where the kernel does not keep account (CONFIG_SCHED_INFO).
  std::optional<std::uint64_t> waitedNs = 0;
  std::uint64_t minorFaults = 0;
  std::uint64_t majorFaults = 0;
  std::uint64_t voluntarySwitches = 0;
  std::uint64_t involuntarySwitches = 0;

  // What this thread has counted so far, and what it counted since. Reading files is kept out of
  // what is between them.
  static ThreadUsage begin();
  ThreadUsage untilNow() const;

  ThreadUsage& operator+=(const ThreadUsage& other);

  // By their names: all that the kernel keeps, those that are 0 too, but for `ranNs`.
  std::vector<std::pair<std::string, double>> counters() const;

  bool operator==(const ThreadUsage&) const = default;
};

}  // namespace folio
