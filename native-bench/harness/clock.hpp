// The clock of every measurement. Nothing but the operation stands between the two readings of
// timed().
#pragma once

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <utility>

namespace folio {

constexpr std::uint64_t nsPerSecond = 1'000'000'000;

inline std::uint64_t readClockNs(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * nsPerSecond +
         static_cast<std::uint64_t>(now.tv_nsec);
}

inline std::uint64_t monotonicNs() {
  return readClockNs(CLOCK_MONOTONIC);
}

inline void sleepUntilNs(std::uint64_t monotonicTimeNs) {
  const timespec until{static_cast<time_t>(monotonicTimeNs / nsPerSecond),
                       static_cast<long>(monotonicTimeNs % nsPerSecond)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) continue;
}

// A span of CLOCK_MONOTONIC, which is the same in every process of a machine.
struct Interval {
  std::uint64_t startNs = 0;
  std::uint64_t endNs = 0;

  std::uint64_t elapsedNs() const { return endNs - startNs; }
};

// The barriers keep the compiler from moving memory accesses of the operation across a clock
// reading.
template <class Operation>
inline Interval timed(Operation&& operation) {
  const std::uint64_t startNs = monotonicNs();
  asm volatile("" ::: "memory");
  std::forward<Operation>(operation)();
  asm volatile("" ::: "memory");
  const std::uint64_t endNs = monotonicNs();
  return {startNs, endNs};
}

}  // namespace folio
