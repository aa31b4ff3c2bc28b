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
  stayAwakeUntil(next + catchUpNs);
  // A fork and each new slab of objects take random numbers, which the kernel makes in batches, and
  // a fork gives it 8 bytes of entropy, which it digests in blocks: every so many of them take up
  // to 5,000 instructions more. A new seed discards what is left of batches and blocks, so that
  // each operation finds the same. Where the kernel refuses it, it finds what others have left.
  (void)ioctl(randomDevice.number(), RNDRESEEDCRNG);
}

}  // namespace folio
