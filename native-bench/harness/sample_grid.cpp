#include "harness/sample_grid.hpp"

#include "harness/clock.hpp"

namespace folio {

namespace {

// What the kernel has put off while it was idle it does at its next timer ticks, of which there are
// at least two in this time at any tick rate from 100 Hz. Half a millisecond more keeps the end
// away from a tick of 250 Hz or less.
constexpr std::uint64_t catchUpNs = 20'500'000;

std::uint64_t gridNs =
    0;  // set once, by the first process of a virtual machine, and inherited by all others

}  // namespace

void setSampleGrid(std::uint64_t ns) {
  gridNs = ns;
}

void waitForSampleGrid() {
  if (gridNs == 0) return;
  const std::uint64_t next = (monotonicNs() / gridNs + 1) * gridNs;
  sleepUntilNs(next);
  while (monotonicNs() < next + catchUpNs) continue;
}

}  // namespace folio
