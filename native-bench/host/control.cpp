// getppid and ioctl: system calls that do nothing with memory. What changes here from kernel to
// kernel changes in every other operation by what entering the kernel costs. Their work is calls.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/descriptor.hpp"
#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"

namespace folio {

namespace {

constexpr std::uint64_t calls = 4096;

// Calls over and over; `isRight` says whether a call did what it is meant to do.
template <class Call>
Result<Sample> runCalls(const Case& what, Call&& isRight) {
  auto trial = Trial::prepareEmpty(what);
  if (!trial) return trial.error();
  std::uint64_t right = 0;
  trial->measure([&] {
    for (std::uint64_t i = 0; i < calls; ++i) right += isRight() ? 1 : 0;
  });
  trial->check("outcome", right == calls,
               std::to_string(right) + " of " + std::to_string(calls) + " calls were answered");
  return trial->finish(calls);
}

Result<Sample> runGetppid(const Case& what) {
  const pid_t parent = getppid();
  return runCalls(what, [parent] { return syscall(SYS_getppid) == parent; });
}

Result<Sample> runIoctl(const Case& what) {
  const Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing.isOpen()) return systemError("open of /dev/null");
  // A request that no device has.
  return runCalls(what, [&] { return ioctl(nothing.number(), 0, nullptr) < 0 && errno == ENOTTY; });
}

std::uint64_t peakBytes(const Case& what) {
  return peakOf(what, 0, 1);
}

}  // namespace

const Benchmark getppidBenchmark{
    .name = "getppid",
    .metric = Metric::time,
    .summary = "Control: a system call that has nothing to do with memory.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = runGetppid,
};

const Benchmark ioctlBenchmark{
    .name = "ioctl",
    .metric = Metric::time,
    .summary = "Control: an ioctl that /dev/null does not support.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = runIoctl,
};

}  // namespace folio
