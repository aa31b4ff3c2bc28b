#include "harness/interruptions.hpp"

#include <csignal>

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
  return stopCheck(static_cast<unsigned>(continuations),
                   now > asleepBeforeNs_ ? now - asleepBeforeNs_ : 0);
}

Check stopCheck(unsigned continued, std::uint64_t asleepNs) {
  if (continued > 0) {
    return {"no-stop", false,
            "the process was stopped and continued " + std::to_string(continued) +
                " time(s): its time holds a pause"};
  }
  if (asleepNs >= noticedSleepNs)
    return {"no-stop", false, "the machine was suspended for " + milliseconds(asleepNs)};
  return {"no-stop", true, "neither the process was stopped nor the machine suspended"};
}

std::uint64_t absentNs(const Interval& operation, const ThreadUsage& usage) {
  if (!usage.waitedNs) return 0;
  const std::uint64_t active = usage.ranNs + *usage.waitedNs;
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
