// fault: the first touch of every page, which populates an empty region with folios of the wanted
// size.
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "harness/text_file.hpp"
#include "host/benchmarks.hpp"
#include "host/repetitions.hpp"
#include "host/trial.hpp"
#include "host/write.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

bool hasOwnMappings(std::uint64_t folio) {
  return folio != basePageBytes() && folio != pmdFolioBytes();
}

Result<Done> supports(const Case& what) {
  const std::uint64_t folios = withParts(what).size / what.folio;
  const auto allowed = readNumber("/proc/sys/vm/max_map_count");
  if (!hasOwnMappings(what.folio) || !allowed || folios + 100 <= *allowed) return Done{};
  return Error{"unsupported", "fault of this region needs " + std::to_string(folios + 100) +
                                  " mappings and vm.max_map_count is " + std::to_string(*allowed) +
                                  ": raise it or choose a smaller region"};
}

// A fault takes the largest folio that is switched on and fits into the mapping. Between one page
// and the PMD's size each folio is therefore given a mapping of its own: every other one is left
// out of core dumps, which no fault looks at.
Result<Done> prepareForFaults(Region& region, std::uint64_t folio) {
  if (folio == basePageBytes()) return Done{};
  if (madvise(region.data(), region.size(), MADV_HUGEPAGE) != 0)
    return systemError("madvise(MADV_HUGEPAGE)");
  if (!hasOwnMappings(folio)) return Done{};
  for (std::uint64_t offset = folio; offset < region.size(); offset += 2 * folio) {
    if (madvise(region.data() + offset, folio, MADV_DONTDUMP) != 0)
      return systemError("madvise(MADV_DONTDUMP)");
  }
  return Done{};
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
