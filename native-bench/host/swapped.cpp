// pageout and munmap-swapped-forked: a region written to swap by one MADV_PAGEOUT, and the munmap
// of a region that lies in swap while a child has it too.
#include <sys/mman.h>
#include <unistd.h>

#include "harness/child.hpp"
#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/repetitions.hpp"
#include "host/trial.hpp"
#include "memory/memory_limit.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// Of pages that are all zeros a kernel keeps in swap no more than that they are.
void writeToEachPage(const Region& region) {
  for (std::byte* page = region.data(); page < region.data() + region.size();
       page += basePageBytes())
    *const_cast<volatile std::byte*>(page) = std::byte{1};
}

std::string swappedOf(const MappingStatus& status, std::uint64_t size) {
  return std::to_string(status.swapped) + " of " + std::to_string(size) + " bytes in swap (smaps)";
}

bool isSwapped(const MappingStatus& status, std::uint64_t size) {
  return status.swapped + mostPagesInLists * basePageBytes() >= size;
}

Result<Sample> runPageout(const Case& what) {
  auto trial = Trial::prepare(withParts(what), MappedBy::pte);
  if (!trial) return trial.error();
  const Region& region = trial->region();
  writeToEachPage(region);
  int failed = 0;
  trial->measure([&] {
    for (std::byte* part = region.data(); part < region.data() + region.size(); part += what.size)
      failed |= madvise(part, what.size, MADV_PAGEOUT);
  });
  if (failed != 0) return systemError("madvise(MADV_PAGEOUT)");

  trial->mayBeSwapped();
  const auto after = trial->status();
  if (!after) return after.error();
  trial->check("outcome", isSwapped(*after, region.size()), swappedOf(*after, region.size()));
  return trial->finish(trial->pages());
}

Result<Sample> runMunmap(const Case& what) {
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();
  Region& region = trial->region();
  writeToEachPage(region);
  if (madvise(region.data(), region.size(), MADV_PAGEOUT) != 0)
    return systemError("madvise(MADV_PAGEOUT)");
  const pid_t self = getpid();
  const pid_t pid = fork();
  if (pid < 0) return systemError("fork");
  if (pid == 0) waitToBeKilled(self);
  const Child child(pid);
  const auto before = trial->status();
  if (!before) return before.error();
  trial->check("swapped", isSwapped(*before, what.size), swappedOf(*before, what.size));

  int failed = 0;
  bool isGone = false;
  trial->measure([&] { failed = munmap(region.data(), region.size()); },
                 [&] { isGone = region.reserveAgain(); });
  if (failed != 0) return systemError("munmap");

  trial->check("child", child.isAlive(), child.isAlive() ? "alive" : "the child ended too early");
  const auto shared = readMappingStatus(pid, region.begin(), region.end());
  trial->check("outcome", isGone && shared && isSwapped(*shared, what.size),
               std::string(isGone ? "the region's addresses are free"
                                  : "part of the region is still mapped") +
                   (shared ? "; of the child " + swappedOf(*shared, what.size)
                           : "; the child's smaps cannot be read"));
  return trial->finish(trial->pages());
}

}  // namespace

const Benchmark pageoutBenchmark{
    .name = "pageout",
    .metric = Metric::time,
    .summary = "One MADV_PAGEOUT for the whole region of PTE-mapped folios, into swap.",
    .hasTasks = false,
    .supports = [](const Case& what) { return requireSwap(withParts(what).size); },
    .peakBytes = [](const Case& what) { return peakOf(withParts(what), 2, 1); },
    .run = runPageout,
};

const Benchmark munmapSwappedForkedBenchmark{
    .name = "munmap-swapped-forked",
    .metric = Metric::time,
    .summary = "Unmap a region that is in swap and shared with a child.",
    .hasTasks = false,
    .supports = [](const Case& what) { return requireSwap(what.size); },
    .peakBytes = [](const Case& what) { return peakOf(what, 2, 2); },
    .run = runMunmap,
};

}  // namespace folio
