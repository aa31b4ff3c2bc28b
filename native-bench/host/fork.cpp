// fork: the call alone, in a process whose region is PTE-mapped folios; the child's end is not
// timed. Specification: "(3) fork".
//
// fork-many-vmas and fork-chain: the same where each folio is a mapping of its own, and there in a
// process that itself comes from a chain of forks: the kernel ties each mapping to those of all
// ancestors (anon_vma).
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/child.hpp"
#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"
#include "memory/memory_limit.hpp"

namespace folio {

namespace {

// A child that begins on its parent's CPU may take it before fork has returned, and its own first
// steps would be timed; the child of a batch process does not preempt (sched(7), SCHED_BATCH).
bool keepCpuWhileForking() {
  const sched_param none{};
  return sched_setscheduler(0, SCHED_BATCH, &none) == 0;
}

// Kernels keep the stacks of two ended processes, on x86-64 with 3,000 instructions for whoever
// finds none. Leaves one there, by a child that shares all memory and so changes none.
void leaveStackForChild() {
  const pid_t pid = vfork();
  if (pid == 0) _exit(0);
  Child(pid).wait();
}

constexpr unsigned ancestors = 16;

Result<Sample> runOn(Result<Trial> trial, const Case& what) {
  if (!trial) return trial.error();
  if (!keepCpuWhileForking())
    trial->warn("the child may run within the timed call: SCHED_BATCH was refused");
  leaveStackForChild();
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

Result<Sample> run(const Case& what) {
  return runOn(Trial::prepare(what, MappedBy::pte), what);
}

Result<Trial> prepareManyMappings(const Case& what) {
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial;
  if (const auto done = trial->region().splitMappings(what.folio); !done) return done.error();
  const auto now = trial->status();
  if (!now) return now.error();
  trial->check("mappings", now->mappings == trial->folios(),
               std::to_string(now->mappings) + " mappings of " + std::to_string(trial->folios()) +
                   " folios (smaps)");
  return trial;
}

Result<Sample> runManyMappings(const Case& what) {
  return runOn(prepareManyMappings(what), what);
}

// Makes this process the last of a chain. Those before it wait, and end as it ends.
Result<Done> descend(unsigned generations) {
  for (unsigned i = 0; i < generations; ++i) {
    const pid_t self = getpid();
    const pid_t pid = fork();
    if (pid < 0) return systemError("fork");
    if (pid == 0) {
      dieWithParent(self);
      continue;
    }
    const auto status = Child(pid).wait();
    _exit(status && WIFEXITED(*status) ? WEXITSTATUS(*status) : 1);
  }
  return Done{};
}

Result<Sample> runChain(const Case& what) {
  auto trial = prepareManyMappings(what);
  if (!trial) return trial.error();
  if (const auto done = descend(ancestors); !done) return done.error();
  trial->goOnInChild();
  return runOn(std::move(trial), what);
}

Result<Done> supportsManyMappings(const Case& what) {
  return requireMappings(what.size / what.folio);
}

// Each process of a chain has a descriptor of each mapping, and one link to each ancestor's.
std::uint64_t peakOfChain(const Case& what, std::uint64_t processes) {
  constexpr std::uint64_t mappingBytes = 256;
  constexpr std::uint64_t linkBytes = 80;
  const std::uint64_t bytes = processes * mappingBytes + processes * processes * linkBytes;
  return saturatingAdd(peakOf(what, 1, processes),
                       saturatingMultiply(what.size / what.folio, bytes));
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

const Benchmark forkManyVmasBenchmark{
    .name = "fork-many-vmas",
    .metric = Metric::time,
    .summary = "Fork a process in whose region each folio is a VMA of its own.",
    .hasTasks = false,
    .supports = supportsManyMappings,
    .peakBytes = [](const Case& what) { return peakOfChain(what, 2); },
    .run = runManyMappings,
};

const Benchmark forkChainBenchmark{
    .name = "fork-chain",
    .metric = Metric::time,
    .summary = "The same fork at the end of a chain of 16 forks.",
    .hasTasks = false,
    .supports = supportsManyMappings,
    .peakBytes = [](const Case& what) { return peakOfChain(what, ancestors + 2); },
    .run = runChain,
};

}  // namespace folio
