// pte-dontneed: MADV_DONTNEED on each page of a region of PTE-mapped folios separately.
// Specification:
// "(8) pte-dontneed".
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

Result<Sample> run(const Case& what) {
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();

  std::byte* const begin = trial->region().data();
  std::byte* const end = begin + what.size;
  const std::uint64_t page = basePageBytes();
  int failed = 0;
  trial->measure([&] {
    for (std::byte* first = begin; first < end; first += page)
      failed |= madvise(first, page, MADV_DONTNEED);
  });
  if (failed != 0) return systemError("madvise(MADV_DONTNEED)");

  const auto after = trial->status();
  if (!after) return after.error();
  trial->check("outcome", after->resident == 0 && after->mapped == what.size,
               std::to_string(after->resident) + " bytes left in a mapping of " +
                   std::to_string(after->mapped));
  return trial->finish(trial->pages());
}

}  // namespace

const Benchmark pteDontneedBenchmark{
    .name = "pte-dontneed",
    .metric = Metric::time,
    .summary = "MADV_DONTNEED on each page of the region separately.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = [](const Case& what) { return peakOf(what, 1, 1); },
    .run = run,
};

}  // namespace folio
