// mremap: the whole region of PTE-mapped folios moved away and back. The other place is displaced
// by half of what a PMD entry maps, so that the kernel moves entries and never whole page tables.
#include <sys/mman.h>

#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/repetitions.hpp"
#include "host/trial.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

constexpr std::uint64_t usualPmdBytes = 2 * mebibyte;  // where no huge pages tell

// A region reserved for its addresses alone, with room for the displacement.
Result<Region> reserveDestination(const Case& what, std::uint64_t displacement) {
  return Region::reserve(what.size + 2 * displacement);
}

Result<Sample> run(const Case& what) {
  const std::uint64_t displacement = pmdFolioBytes().value_or(usualPmdBytes) / 2;
  auto destination = reserveDestination(what, displacement);
  if (!destination) return destination.error();
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();

  std::byte* const home = trial->region().data();
  std::byte* const away = destination->data() + displacement;
  const std::uint64_t repetitions = repetitionsOf(what);
  const auto move = [&](std::byte* from, std::byte* to) {
    return mremap(from, what.size, what.size, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to;
  };
  bool moved = true;
  trial->measure([&] {
    for (std::uint64_t i = 0; i < repetitions && moved; ++i)
      moved = move(home, away) && move(away, home);
  });
  if (!moved) return systemError("mremap");

  if (const auto done = trial->checkStillThere(MappedBy::pte); !done) return done.error();
  return trial->finish(trial->pages() * repetitions);
}

}  // namespace

const Benchmark mremapBenchmark{
    .name = "mremap",
    .metric = Metric::time,
    .summary = "Move the whole region of PTE-mapped folios to other addresses and back.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = [](const Case& what) { return peakOf(what, 1, 2); },
    .run = run,
};

}  // namespace folio
