// shared-unmap and shared-fork: tasks that share every folio of a region unmap it, or fork with it,
// at the same time, and so account mappings of the same folios against each other.
#include <sys/mman.h>
#include <unistd.h>

#include "host/benchmarks.hpp"
#include "host/together.hpp"
#include "memory/memory_limit.hpp"

namespace folio {

namespace {

bool unmap(Region& region, std::uint64_t) {
  return munmap(region.data(), region.size()) == 0;
}

bool isUnmapped(Region& region) {
  return region.reserveAgain();
}

// A task is a process of its own, and has one child.
pid_t childOfTask = -1;

bool forkOnce(Region&, std::uint64_t) {
  const pid_t self = getpid();
  childOfTask = fork();
  if (childOfTask == 0) waitToBeKilled(self);
  return childOfTask > 0;
}

bool isForked(Region& region) {
  const Child child(childOfTask);
  const auto copied = readMappingStatus(child.pid(), region.begin(), region.end());
  return child.isAlive() && copied && copied->resident == region.size();
}

Result<Sample> runWith(const Case& what, TaskWork work, TaskProof proof,
                       const std::string& proven) {
  auto trial = Trial::prepare(what, MappedBy::pte, true);
  if (!trial) return trial.error();
  const auto together = workTogether(*trial, what, work, proof);
  if (!together) return together.error();

  const auto after = trial->status();
  if (!after) return after.error();
  std::size_t done = 0;
  for (const TaskReport& report : together->reports) done += report.isProven ? 1 : 0;
  trial->check("outcome", done == together->reports.size() && after->resident == what.size,
               std::to_string(done) + " of " + std::to_string(together->reports.size()) +
                   " tasks " + proven + "; " + std::to_string(after->resident) +
                   " bytes present in their parent");
  return finishTogether(*trial, *together);
}

}  // namespace

const Benchmark sharedUnmapBenchmark{
    .name = "shared-unmap",
    .metric = Metric::throughput,
    .summary = "Tasks that share all folios of a region each unmap it at the same time.",
    .hasTasks = true,
    .supports = nullptr,
    .peakBytes = [](const Case& what) { return peakOf(what, 1, what.tasks + 1); },
    .run = [](const Case& what) { return runWith(what, unmap, isUnmapped, "have unmapped it"); },
};

const Benchmark sharedForkBenchmark{
    .name = "shared-fork",
    .metric = Metric::throughput,
    .summary = "Tasks that share all folios of a region each fork at the same time.",
    .hasTasks = true,
    .supports = nullptr,
    .peakBytes =
        [](const Case& what) {
          return peakOf(what, 1, saturatingAdd(saturatingMultiply(what.tasks, 2), 1));
        },
    .run =
        [](const Case& what) { return runWith(what, forkOnce, isForked, "have a child with it"); },
};

}  // namespace folio
