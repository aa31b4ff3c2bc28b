#include "harness/sample_grid.hpp"

#include <fcntl.h>
#include <linux/random.h>
#include <sys/ioctl.h>

#include "harness/clock.hpp"
#include "harness/descriptor.hpp"

namespace folio {

namespace {

// What the kernel has put off while it was idle it does at its next timer ticks, of which there are
// at least two in this time at any tick rate from 100 Hz. Half a millisecond more keeps the end
// away from a tick of 250 Hz or less.
constexpr std::uint64_t catchUpNs = 20'500'000;
// The last part of it, in which the clock is read over and over.
constexpr std::uint64_t fineNs = 500'000;

// Set once, by the first process of a virtual machine, and inherited by all others.
std::uint64_t gridNs = 0;
Descriptor randomDevice;

// Some 20 µs of instructions. Reading the clock takes an emulator as long as hundreds of these.
void stayAwake() {
  for (int i = 0; i < 10'000; ++i) asm volatile("");
}

void stayAwakeUntil(std::uint64_t ns) {
  while (monotonicNs() + fineNs < ns) stayAwake();
  while (monotonicNs() < ns) continue;
}

}  // namespace

void setSampleGrid(std::uint64_t ns) {
  gridNs = ns;
  randomDevice = Descriptor(open("/dev/urandom", O_RDWR | O_CLOEXEC));
}

void waitForSampleGrid() {
  if (gridNs == 0) return;
  const std::uint64_t next = (monotonicNs() / gridNs + 1) * gridNs;
  sleepUntilNs(next);
  // The kernel makes random numbers in batches, for which a fork and each new slab of objects ask:
  // a new seed discards what is left of a batch, so that each operation finds as much, which is
  // nothing. Where the kernel refuses it, an operation finds what others have left.
  (void)ioctl(randomDevice.number(), RNDRESEEDCRNG);
  stayAwakeUntil(next + catchUpNs);
}

}  // namespace folio
