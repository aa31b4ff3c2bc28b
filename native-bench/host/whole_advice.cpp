// dontneed and madvise-free: one MADV_DONTNEED or MADV_FREE for the whole region of PTE-mapped
// folios. Neither can be repeated on the same pages: each repetition has a region of its own,
// beside the others in one mapping.
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/repetitions.hpp"
#include "host/trial.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// Gives the advice for each part of `trial`, whose region has one for each repetition.
bool advise(Trial& trial, std::uint64_t partBytes, int advice) {
  std::byte* const begin = trial.region().data();
  std::byte* const end = begin + trial.region().size();
  int failed = 0;
  trial.measure([&] {
    for (std::byte* part = begin; part < end; part += partBytes)
      failed |= madvise(part, partBytes, advice);
  });
  return failed == 0;
}

Result<Sample> runDontneed(const Case& what) {
  auto trial = Trial::prepare(withParts(what), MappedBy::pte);
  if (!trial) return trial.error();
  if (!advise(*trial, what.size, MADV_DONTNEED)) return systemError("madvise(MADV_DONTNEED)");

  const auto after = trial->status();
  if (!after) return after.error();
  trial->check("outcome", after->resident == 0 && after->mapped == trial->region().size(),
               std::to_string(after->resident) + " bytes left in a mapping of " +
                   std::to_string(after->mapped));
  return trial->finish(trial->pages());
}

Result<Sample> runFree(const Case& what) {
  auto trial = Trial::prepare(withParts(what), MappedBy::pte);
  if (!trial) return trial.error();
  if (!advise(*trial, what.size, MADV_FREE)) return systemError("madvise(MADV_FREE)");

  const auto after = trial->status();
  if (!after) return after.error();
  const std::uint64_t left = after->resident - std::min(after->resident, after->lazilyFree);
  trial->check("outcome", left <= mostPagesInLists * basePageBytes(),
               std::to_string(after->lazilyFree) + " of " + std::to_string(after->resident) +
                   " bytes present may be freed (LazyFree of smaps)");
  return trial->finish(trial->pages());
}

std::uint64_t peakBytes(const Case& what) {
  return peakOf(withParts(what), 1, 1);
}

}  // namespace

const Benchmark dontneedBenchmark{
    .name = "dontneed",
    .metric = Metric::time,
    .summary = "One MADV_DONTNEED for the whole region of PTE-mapped folios.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = runDontneed,
};

const Benchmark madviseFreeBenchmark{
    .name = "madvise-free",
    .metric = Metric::time,
    .summary = "One MADV_FREE for the whole region of PTE-mapped folios.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = runFree,
};

}  // namespace folio
