// One execution of a model benchmark, after validation, and what comes back. The boundary between
// the templates of the schemes and the rest of the model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/clock.hpp"
#include "harness/thread_usage.hpp"
#include "model/cost/counting.hpp"
#include "model/memory/sub_ids.hpp"
#include "model/memory/task.hpp"
#include "model/runner/operations.hpp"

namespace folio::model {

enum class Benchmark : std::uint8_t {
  remap,
  munmap,
  fork,
  cow,
  cowByte,
  cowReuse,
  cowReuseByte,
  pteDontneed,
  anonCowSeq,
  anonCowRand,
  readMapcount,
  readShared,
  migrate,
};

constexpr bool isConcurrent(Benchmark benchmark) {
  return benchmark == Benchmark::anonCowSeq || benchmark == Benchmark::anonCowRand;
}
// One task asks about every folio while the others, if any, map and unmap pages of them.
constexpr bool isReading(Benchmark benchmark) {
  return benchmark == Benchmark::readMapcount || benchmark == Benchmark::readShared;
}
constexpr bool hasTasks(Benchmark benchmark) {
  return isConcurrent(benchmark) || isReading(benchmark);
}
// Whether the full work of the benchmark reads and writes the contents of pages.
constexpr bool touchesData(Benchmark benchmark) {
  return !isReading(benchmark) && benchmark != Benchmark::remap && benchmark != Benchmark::munmap &&
         benchmark != Benchmark::fork && benchmark != Benchmark::pteDontneed;
}

struct CasePlan {
  Benchmark benchmark = Benchmark::remap;
  unsigned order = 9;
  std::uint64_t folios = 1;
  unsigned tasks = 1;    // concurrent benchmarks only
  unsigned readers = 0;  // threads that ask "mapped shared?" in the meantime
  Work work = Work::full;
  Form form = Form::sound;
  bool randomIds = false;  // rmap IDs: any up to the largest instead of the lowest free ones
  std::uint32_t largestId = largestSoundClass3Id;
  std::uint64_t seed = 0;
  std::vector<int> cpus;  // one per task and reader, or empty: not pinned

  std::uint64_t pages() const { return folios << order; }
  // Whether folios are mapped by one entry each when the operation begins.
  bool beginsEntirelyMapped() const {
    return benchmark == Benchmark::remap || (isConcurrent(benchmark) && order == pmdOrder);
  }
  // Folios that exist: those of the region, and those that they move to.
  std::uint64_t foliosNeeded() const {
    return benchmark == Benchmark::migrate ? 2 * folios : folios;
  }
  // How often each folio is asked about: so often that a million answers are found, among which
  // some that a writer disturbs, however few the folios.
  std::uint64_t timesAsked() const {
    constexpr std::uint64_t leastAnswers = 1 << 20;
    return (leastAnswers + folios - 1) / folios;
  }
  std::uint64_t answers() const { return timesAsked() * folios; }
  std::uint64_t copyPages() const {
    if (!touchesData(benchmark) || benchmark == Benchmark::migrate) return 0;
    return pages() * (isConcurrent(benchmark) ? tasks : 1);
  }
  bool withData() const { return work == Work::full && touchesData(benchmark); }
  std::uint64_t mms() const { return hasTasks(benchmark) ? std::uint64_t{1} + tasks : 2; }
  std::uint64_t threads() const { return std::uint64_t{hasTasks(benchmark) ? tasks : 1} + readers; }
  std::uint64_t bytesNeeded() const {
    constexpr std::uint64_t stackBytes =
        64 << 10;  // that a thread touches, with what the kernel keeps of it
    const std::uint64_t orderBytes =
        benchmark == Benchmark::anonCowRand ? pages() * sizeof(std::uint64_t) : 0;
    return Memmap::bytesNeeded((foliosNeeded() << order) + copyPages(), withData()) +
           mms() * Arena::bytesTaken(Mm::bytesNeeded(pages(), order)) +
           threads() * (sizeof(Task) + stackBytes + orderBytes);
  }
};

struct TaskOutcome {
  Interval operation;
  ThreadUsage usage;  // over the operation
  std::uint64_t pages = 0;
};

struct ReaderOutcome {
  std::uint64_t queries = 0;
  std::uint64_t shared = 0;
  std::uint64_t uncertain = 0;
  // Against what the writers of a benchmark of reading did in the meantime.
  std::uint64_t falselyShared = 0;
  std::uint64_t falselyExclusive = 0;
};

struct CaseOutcome {
  Interval operation;  // with several tasks from the first start to the last end
  // That were operated on, summed over the tasks; of a benchmark of reading, answers.
  std::uint64_t pages = 0;
  std::vector<TaskOutcome> tasks;
  ReaderOutcome readers;
  Tally tally;                        // of the operation; zero in the measuring build
  Statistics statistics;              // changes during the operation
  std::vector<std::string> problems;  // empty: the sample is valid
};

}  // namespace folio::model
