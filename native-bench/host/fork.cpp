// fork: the call alone, in a process whose region is PTE-mapped folios; the child's end is not
// timed. Specification: "(3) fork".
#include <sched.h>
#include <unistd.h>

#include "harness/child.hpp"
#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"

namespace folio {

namespace {

// A child that begins on its parent's CPU may take it before fork has returned, and its own first
// steps would be timed; the child of a batch process does not preempt (sched(7), SCHED_BATCH).
bool keepCpuWhileForking() {
  const sched_param none{};
  return sched_setscheduler(0, SCHED_BATCH, &none) == 0;
}

Result<Sample> run(const Case& what) {
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();

  if (!keepCpuWhileForking())
    trial->warn("the child may run within the timed call: SCHED_BATCH was refused");
  const pid_t self = getpid();
  pid_t pid = -1;
  trial->measure([&] {
    pid = fork();
    if (pid == 0) waitToBeKilled(self);
  });
  if (pid < 0) return systemError("fork");
  const Child child(pid);

  trial->check("child", child.isAlive(), child.isAlive() ? "alive" : "the child ended too early");
  const auto copied = readMappingStatus(pid, trial->region().begin(), trial->region().end());
  trial->check("outcome", copied && copied->resident == what.size && copied->exclusive == 0,
               copied ? std::to_string(copied->resident) + " bytes present in the child, " +
                            std::to_string(copied->exclusive) + " of them not shared"
                      : "the child's smaps cannot be read");
  return trial->finish(trial->pages());
}

}  // namespace

const Benchmark forkBenchmark{
    .name = "fork",
    .metric = Metric::time,
    .summary = "Fork a process whose region is PTE-mapped folios; only the fork call is timed.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = [](const Case& what) { return peakOf(what, 1, 2); },
    .run = run,
};

}  // namespace folio
