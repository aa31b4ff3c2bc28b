// cow-reuse and cow-reuse-byte: write to a region of PTE-mapped folios after the child that shared
// it has ended. Whether the kernel notices and reuses the pages, or copies them all the same, is
// what is measured. Specification: "(6) cow-reuse and (7) cow-reuse-byte".
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "harness/child.hpp"
#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"
#include "host/write.hpp"
#include "memory/page_frames.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// Reuse is a result, not a precondition: kernels before 6.15 copy.
void countReusedPages(Trial& trial, const std::optional<PageFrames>& before) {
  const auto after = readPageFrames(trial.region().begin(), trial.region().end());
  if (before && after) {
    trial.count("reusedPages", static_cast<double>(countSameFrames(*before, *after)));
    return;
  }
  // Reuse by other processes counts as well, so this is an upper limit.
  trial.count("reusedPages",
              std::min(trial.counted("vmstat.pgreuse"), static_cast<double>(trial.pages())));
  trial.warn(
      "reusedPages is the system-wide pgreuse: page frame numbers are not readable without "
      "CAP_SYS_ADMIN");
}

template <class Write>
Result<Sample> runWith(const Case& what, Write&& write) {
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();
  const auto framesBefore = readPageFrames(trial->region().begin(), trial->region().end());
  const pid_t pid = fork();
  if (pid < 0) return systemError("fork");
  if (pid == 0) _exit(0);
  const auto ended = Child(pid).wait();

  std::byte* const begin = trial->region().data();
  trial->measure([&] { write(begin, what.size); });

  const bool isGone = ended && WIFEXITED(*ended) && WEXITSTATUS(*ended) == 0;
  trial->check("child", isGone,
               isGone ? "ended and reaped before the operation" : "the child ended abnormally");
  const auto after = trial->status();
  if (!after) return after.error();
  // A fault proves that fork had left the page write-protected; a kernel may settle a whole folio
  // with one.
  const auto faults = trial->usage().minorFaults;
  trial->check(
      "outcome",
      after->resident == what.size && after->exclusive == what.size && faults >= trial->folios(),
      std::to_string(after->exclusive) + " of " + std::to_string(what.size) +
          " bytes mapped by nobody else, " + std::to_string(faults) + " write faults");
  countReusedPages(*trial, framesBefore);
  return trial->finish(trial->pages());
}

std::uint64_t peakBytes(const Case& what) {
  // Where pages are copied, a folio is freed as soon as all of its pages are.
  return peakOf(what, 1, 2) + 2 * what.folio;
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

const Benchmark cowReuseBenchmark{
    .name = "cow-reuse",
    .metric = Metric::time,
    .summary =
        "Write every byte of a region after the child that shared it has ended: reuse or copy.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = runAllBytes,
};

const Benchmark cowReuseByteBenchmark{
    .name = "cow-reuse-byte",
    .metric = Metric::time,
    .summary =
        "Write one byte of each page after the child that shared them has ended: reuse or copy.",
    .hasTasks = false,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = runByteOfEachPage,
};

}  // namespace folio
