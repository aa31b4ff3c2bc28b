// fault: the first touch of every page, which populates an empty region with folios of the wanted
// size.
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/repetitions.hpp"
#include "host/trial.hpp"
#include "host/write.hpp"
#include "memory/memory_limit.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

bool hasOwnMappings(std::uint64_t folio) {
  return folio != basePageBytes() && folio != pmdFolioBytes();
}

Result<Done> supports(const Case& what) {
  if (!hasOwnMappings(what.folio)) return Done{};
  return requireMappings(withParts(what).size / what.folio);
}

// A fault takes the largest folio that is switched on and fits into the mapping. Between one page
// and the PMD's size each folio is therefore given a mapping of its own.
Result<Done> prepareForFaults(Region& region, std::uint64_t folio) {
  if (folio == basePageBytes()) return Done{};
  if (madvise(region.data(), region.size(), MADV_HUGEPAGE) != 0)
    return systemError("madvise(MADV_HUGEPAGE)");
  return hasOwnMappings(folio) ? region.splitMappings(folio) : Done{};
}

Result<Sample> run(const Case& what) {
  auto trial = Trial::prepareEmpty(withParts(what));
  if (!trial) return trial.error();
  Region& region = trial->region();
  if (const auto done = prepareForFaults(region, what.folio); !done) return done.error();

  const std::uint64_t page = basePageBytes();
  trial->measure([&] { writeByteOfEachPage(region.data(), region.size(), page); });

  if (const auto done = trial->checkFolioSize(); !done) return done.error();
  const auto after = trial->status();
  if (!after) return after.error();
  trial->check(
      "outcome", after->resident == region.size(),
      std::to_string(after->resident) + " of " + std::to_string(region.size()) + " bytes present");
  return trial->finish(trial->pages());
}

}  // namespace

const Benchmark faultBenchmark{
    .name = "fault",
    .metric = Metric::time,
    .summary = "Touch each page of an empty region for the first time.",
    .hasTasks = false,
    .supports = supports,
    .peakBytes = [](const Case& what) { return peakOf(withParts(what), 1, 1); },
    .run = run,
};

}  // namespace folio
