// anon-cow-seq and anon-cow-rand: tasks forked from a parent that populated the region write
// through it together, as `usemem -n TASKS --prealloc --prefault [--random]` of vm-scalability
// does. Specification: "vm-scalability case-anon-cow-seq / case-anon-cow-rand".
//
// Different from usemem: tasks that are done stay until the last one is, so that nobody's exit
// disturbs the others' writing; and random words come from SplitMix64 instead of nrand48.
#include "harness/random.hpp"
#include "host/benchmarks.hpp"
#include "host/together.hpp"

namespace folio {

namespace {

using Word = volatile std::uint64_t;

// Words of a region, each written with its number.
Word* wordsOf(const Region& region) {
  return reinterpret_cast<Word*>(region.data());
}

bool writeAscending(Region& region, std::uint64_t) {
  Word* const words = wordsOf(region);
  const std::uint64_t count = region.size() / sizeof(Word);
  for (std::uint64_t i = 0; i < count; ++i) words[i] = i;
  return true;
}

// As many writes as there are words, each to a uniformly random one.
bool writeAtRandom(Region& region, std::uint64_t seed) {
  Word* const words = wordsOf(region);
  const std::uint64_t count = region.size() / sizeof(Word);
  Random random(seed);
  for (std::uint64_t i = 0; i < count; ++i) words[random.below(count)] = i;
  return true;
}

// Told by the parent, from the smaps of its tasks.
bool isProvenLater(Region&) {
  return true;
}

void checkCopies(Trial& trial, const std::vector<Task>& tasks, std::uint64_t size) {
  std::uint64_t copied = 0;
  std::uint64_t swapped = 0;
  for (const Task& task : tasks) {
    const auto status =
        readMappingStatus(task.process.pid(), trial.region().begin(), trial.region().end());
    if (status && status->resident == size && status->exclusive == size) ++copied;
    if (status) swapped += status->swapped;
  }
  trial.check("outcome", copied == tasks.size() && swapped == 0,
              std::to_string(copied) + " of " + std::to_string(tasks.size()) +
                  " tasks have a copy of every page, " + std::to_string(swapped) +
                  " bytes of them swapped out");
}

Result<Sample> runWith(const Case& what, TaskWork write) {
  auto trial = Trial::prepare(what, naturalMapping(what.folio), true);
  if (!trial) return trial.error();
  const auto together = workTogether(*trial, what, write, isProvenLater);
  if (!together) return together.error();

  const double setupNs = static_cast<double>(trial->populateNs() + together->forkNs);
  double usememBytesPerSecond = 0;
  for (const TaskReport& report : together->reports) {
    // usemem adds an eighth of the region to what a task wrote, and its clock starts before the
    // region is populated.
    const double usememNs =
        setupNs + static_cast<double>(report.working.endNs - trial->operation().startNs);
    const std::uint64_t usememBytes = report.bytes + what.size / 8;
    usememBytesPerSecond += static_cast<double>(usememBytes) * 1e9 / usememNs;
  }
  trial->count("populateNs", static_cast<double>(trial->populateNs()));
  trial->count("forkNs", static_cast<double>(together->forkNs));
  trial->count("usememBytesPerSecond", usememBytesPerSecond);
  checkCopies(*trial, together->tasks, what.size);
  return finishTogether(*trial, *together);
}

std::uint64_t peakBytes(const Case& what) {
  return peakOf(what, what.tasks + 1, what.tasks + 1);
}

}  // namespace

const Benchmark anonCowSeqBenchmark{
    .name = "anon-cow-seq",
    .metric = Metric::throughput,
    .summary =
        "Tasks forked from a parent that populated the region each write all of it in ascending "
        "order.",
    .hasTasks = true,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = [](const Case& what) { return runWith(what, writeAscending); },
};

const Benchmark anonCowRandBenchmark{
    .name = "anon-cow-rand",
    .metric = Metric::throughput,
    .summary =
        "Tasks forked from a parent that populated the region each write as many random words of "
        "it.",
    .hasTasks = true,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = [](const Case& what) { return runWith(what, writeAtRandom); },
};

}  // namespace folio
