// What kept a process from running without its own doing. The clock goes on in the meantime, so
// that a sample in which it happened holds time that nothing was done in.
#pragma once

#include <cstdint>
#include <string>

#include "harness/clock.hpp"
#include "harness/sample.hpp"
#include "harness/thread_usage.hpp"

namespace folio {

// From its construction on: stops by a signal (job control, a debugger's SIGSTOP) and sleeps of the
// whole machine. One at a time in a process, in the main thread.
class InterruptionWatch {
 public:
  InterruptionWatch();

  // The check `no-stop`.
  Check check() const;

 private:
  std::uint64_t asleepBeforeNs_;
};

// The same from what was seen: how often the process was continued, and how long the machine slept.
Check stopCheck(unsigned continued, std::uint64_t asleepNs);

// The part of an operation in which a thread was neither running nor ready to run; 0 where the
// kernel keeps no account.
std::uint64_t absentNs(const Interval& operation, const ThreadUsage& usage);

// The check `no-freeze`. Operations sleep for short times in the kernel, and time stolen by a
// hypervisor is counted to the tick of 10 ms, so that 20 ms are allowed beside the stolen time.
Check freezeCheck(std::uint64_t absentNs, std::uint64_t stolenNs);

}  // namespace folio
