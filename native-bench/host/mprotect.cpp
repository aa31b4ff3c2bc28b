// mprotect: the whole region made read-only and writable again, one call each way. Its folios are
// mapped by PTEs, so that every entry is changed twice.
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/repetitions.hpp"
#include "host/trial.hpp"

namespace folio {

namespace {

Result<Sample> run(const Case& what) {
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();

  std::byte* const begin = trial->region().data();
  const std::uint64_t repetitions = repetitionsOf(what);
  int failed = 0;
  trial->measure([&] {
    for (std::uint64_t i = 0; i < repetitions; ++i) {
      failed |= mprotect(begin, what.size, PROT_READ);
      failed |= mprotect(begin, what.size, PROT_READ | PROT_WRITE);
    }
  });
  if (failed != 0) return systemError("mprotect");

  if (const auto done = trial->checkStillThere(MappedBy::pte); !done) return done.error();
  return trial->finish(trial->pages() * repetitions);
}

}  // namespace

const Benchmark mprotectBenchmark{
    .name = "mprotect",
    .metric = Metric::time,
    .summary = "Make the whole region of PTE-mapped folios read-only and writable again.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = [](const Case& what) { return peakOf(what, 1, 1); },
    .run = run,
};

}  // namespace folio
