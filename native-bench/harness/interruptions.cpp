#include "harness/interruptions.hpp"

#include <csignal>

#include "harness/text_file.hpp"

namespace folio {

namespace {

constexpr std::uint64_t allowedAbsenceNs = 20'000'000;
// Between the readings of the two clocks a busy machine may do something else.
constexpr std::uint64_t noticedSleepNs = 100'000'000;

volatile std::sig_atomic_t continuations = 0;

// A stop cannot be caught, but the signal that ends it can.
void noteContinuation(int) {
  continuations = continuations + 1;
}

// CLOCK_BOOTTIME goes on while the machine is suspended, CLOCK_MONOTONIC does not.
std::uint64_t asleepNs() {
  const std::uint64_t awake = monotonicNs();
  const std::uint64_t all = readClockNs(CLOCK_BOOTTIME);
  return all > awake ? all - awake : 0;
}

std::string milliseconds(std::uint64_t ns) {
  return std::to_string(ns / 1'000'000) + " ms";
}

}  // namespace

InterruptionWatch::InterruptionWatch() : asleepBeforeNs_(asleepNs()) {
  continuations = 0;
  struct sigaction action {};
  action.sa_handler = noteContinuation;
  action.sa_flags = SA_RESTART;
  sigaction(SIGCONT, &action, nullptr);
}

Check InterruptionWatch::check() const {
  const std::uint64_t now = asleepNs();
  return stopCheck(static_cast<unsigned>(continuations), now > asleepBeforeNs_ ? now - asleepBeforeNs_ : 0);
}

Check stopCheck(unsigned continued, std::uint64_t asleepNs) {
  if (continued > 0) {
    return {"no-stop", false, "the process was stopped and continued " + std::to_string(continued) +
                                  " time(s): its time holds a pause"};
  }
  if (asleepNs >= noticedSleepNs)
    return {"no-stop", false, "the machine was suspended for " + milliseconds(asleepNs)};
  return {"no-stop", true, "neither the process was stopped nor the machine suspended"};
}

std::optional<std::uint64_t> activeNs() {
  // "RAN WAITED TIMESLICES", the first two in nanoseconds (Documentation/scheduler/sched-stats.rst). The first lags
  // behind by up to a tick, the clock does not.
  const auto text = readTextFile("/proc/thread-self/schedstat");
  if (!text) return std::nullopt;
  const auto words = splitWords(trimmed(*text));
  if (words.size() < 3) return std::nullopt;
  const auto waited = parseNumber(words[1]);
  // A kernel that keeps no account says "0 0 0"; one that does has given whoever asks a slice of time, but may not yet have
  // noted how long it ran.
  if (!waited || words[2] == "0") return std::nullopt;
  return readClockNs(CLOCK_THREAD_CPUTIME_ID) + *waited;
}

std::uint64_t absentNs(const Interval& operation, std::optional<std::uint64_t> activeBefore,
                       std::optional<std::uint64_t> activeAfter) {
  if (!activeBefore || !activeAfter) return 0;
  const std::uint64_t active = *activeAfter - *activeBefore;
  return operation.elapsedNs() > active ? operation.elapsedNs() - active : 0;
}

Check freezeCheck(std::uint64_t absentNs, std::uint64_t stolenNs) {
  const bool passed = absentNs <= allowedAbsenceNs + stolenNs;
  return {"no-freeze", passed,
          passed ? "the operation ran, or was ready to run, all the time"
                 : "for " + milliseconds(absentNs) +
                       " of the operation a task neither ran nor was ready to run: was it frozen?"};
}

}  // namespace folio
