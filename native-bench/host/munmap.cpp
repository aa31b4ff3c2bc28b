// munmap: one call for the whole region of PTE-mapped folios, which frees them. Specification: "(2)
// munmap".
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"

namespace folio {

namespace {

Result<Sample> run(const Case& what) {
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();

  Region& region = trial->region();
  int failed = 0;
  bool isGone = false;
  trial->measure([&] { failed = munmap(region.data(), region.size()); },
                 [&] { isGone = region.reserveAgain(); });
  if (failed != 0) return systemError("munmap");

  trial->check("outcome", isGone,
               isGone ? "the region's addresses are free" : "part of the region is still mapped");
  return trial->finish(trial->pages());
}

}  // namespace

const Benchmark munmapBenchmark{
    .name = "munmap",
    .metric = Metric::time,
    .summary = "Unmap the whole region of PTE-mapped folios.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = [](const Case& what) { return peakOf(what, 1, 1); },
    .run = run,
};

}  // namespace folio
