// cow and cow-byte: write to a region of PTE-mapped folios that a living child shares, so that each
// page is copied. Specification: "(4) cow and (5) cow-byte".
#include <unistd.h>

#include "harness/child.hpp"
#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"
#include "host/write.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

template <class Write>
Result<Sample> runWith(const Case& what, Write&& write) {
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();
  const pid_t self = getpid();
  const pid_t pid = fork();
  if (pid < 0) return systemError("fork");
  if (pid == 0) waitToBeKilled(self);
  const Child child(pid);

  std::byte* const begin = trial->region().data();
  trial->measure([&] { write(begin, what.size); });

  trial->check("child", child.isAlive(), child.isAlive() ? "alive" : "the child ended too early");
  const auto after = trial->status();
  if (!after) return after.error();
  // The child has kept the original of every page, so that a page of the region's own is a copy.
  trial->check(
      "outcome", after->resident == what.size && after->exclusive == what.size,
      std::to_string(after->exclusive) + " of " + std::to_string(what.size) + " bytes were copied");
  return trial->finish(trial->pages());
}

std::uint64_t peakBytes(const Case& what) {
  return peakOf(what, 2, 2);
}

Result<Sample> runAllBytes(const Case& what) {
  return runWith(what, writeAllBytes);
}

Result<Sample> runByteOfEachPage(const Case& what) {
  const std::uint64_t page = basePageBytes();
  return runWith(what, [page](std::byte* begin, std::uint64_t size) {
    writeByteOfEachPage(begin, size, page);
  });
}

}  // namespace

const Benchmark cowBenchmark{
    .name = "cow",
    .metric = Metric::time,
    .summary =
        "Write every byte of a region shared with a living child, so that each page is copied.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = runAllBytes,
};

const Benchmark cowByteBenchmark{
    .name = "cow-byte",
    .metric = Metric::time,
    .summary = "Write one byte of each page of a region shared with a living child.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = runByteOfEachPage,
};

}  // namespace folio
