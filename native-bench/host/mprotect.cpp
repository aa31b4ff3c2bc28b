// mprotect and mprotect-shared-dirty: the whole region made read-only and writable again, one call
// each way. Its folios are mapped by PTEs, so that every entry is changed twice. Of shared memory
// the entries are dirty, so that the kernel may make them writable at once.
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/repetitions.hpp"
#include "host/trial.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

Result<Sample> runOn(Result<Trial> trial, const Case& what) {
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

Result<Sample> run(const Case& what) {
  return runOn(Trial::prepare(what, MappedBy::pte), what);
}

// Shared memory is of larger folios only where a setting of its own says so.
Result<Done> supportsShared(const Case& what) {
  if (what.folio == basePageBytes()) return Done{};
  return Error{"unsupported",
               "mprotect-shared-dirty is measured on single pages: choose folios of " +
                   std::to_string(basePageBytes()) + " bytes"};
}

Result<Sample> runShared(const Case& what) {
  auto trial = Trial::prepareShared(what);
  if (!trial) return trial.error();
  const auto before = trial->status();
  if (!before) return before.error();
  trial->check(
      "dirty", before->dirty == what.size,
      std::to_string(before->dirty) + " of " + std::to_string(what.size) + " bytes dirty (smaps)");
  return runOn(std::move(trial), what);
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

const Benchmark mprotectSharedDirtyBenchmark{
    .name = "mprotect-shared-dirty",
    .metric = Metric::time,
    .summary = "Make a region of shared memory that was written read-only and writable again.",
    .hasTasks = false,
    .supports = supportsShared,
    .peakBytes = [](const Case& what) { return peakOf(what, 1, 1); },
    .run = runShared,
};

}  // namespace folio
