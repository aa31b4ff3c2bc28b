// remap: mprotect of one base page of each PMD-mapped folio. The kernel splits the mapping (VMA)
// around the page and replaces the folio's one PMD entry by a table of PTEs. Specification: "(1)
// remap".
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "harness/text_file.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// A VMA for the protected page and one for the rest of each folio, and some that every process has.
Result<Done> requireMappings(const Case& what) {
  const std::uint64_t needed = 2 * (what.size / what.folio) + 100;
  const auto allowed = readNumber("/proc/sys/vm/max_map_count");
  if (!allowed || needed <= *allowed) return Done{};
  return Error{"unsupported", "remap of this region needs " + std::to_string(needed) +
                                  " mappings and vm.max_map_count is " + std::to_string(*allowed) +
                                  ": raise it or choose a smaller region"};
}

Result<Done> supports(const Case& what) {
  const auto pmdBytes = pmdFolioBytes();
  if (pmdBytes && what.folio >= *pmdBytes) return requireMappings(what);
  return Error{"unsupported",
               "remap replaces PMD mappings, and folios of " + std::to_string(what.folio) +
                   " bytes are mapped by PTEs from the start: choose the PMD's size"};
}

Result<Sample> run(const Case& what) {
  auto trial = Trial::prepare(what, MappedBy::pmd);
  if (!trial) return trial.error();

  std::byte* const begin = trial->region().data();
  std::byte* const end = begin + what.size;
  const std::uint64_t page = basePageBytes();
  const std::uint64_t folio = what.folio;
  int failed = 0;
  trial->measure([&] {
    for (std::byte* first = begin; first < end; first += folio)
      failed |= mprotect(first, page, PROT_READ);
  });
  if (failed != 0) return systemError("mprotect");

  const auto after = trial->status();
  if (!after) return after.error();
  trial->check("outcome", after->pmdMapped == 0 && after->resident == what.size,
               std::to_string(after->resident) + " bytes present, " +
                   std::to_string(after->pmdMapped) + " of them still mapped by PMD entries");
  return trial->finish(trial->pages());
}

}  // namespace

const Benchmark remapBenchmark{
    .name = "remap",
    .metric = Metric::time,
    .summary =
        "mprotect one page of each folio, so that its one PMD mapping becomes many PTE mappings.",
    .hasTasks = false,
    .supports = supports,
    .peakBytes = [](const Case& what) { return peakOf(what, 1, 1); },
    .run = run,
};

}  // namespace folio
