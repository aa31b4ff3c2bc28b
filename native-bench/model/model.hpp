// The model of every accounting scheme, as the agent uses it: what exists, one sample of it, its
// operation counts, and the counterexample to the posted form of the series. No templates behind
// this header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/clock.hpp"
#include "harness/phone_scenario.hpp"
#include "harness/result.hpp"
#include "harness/thread_usage.hpp"
#include "model/cost/latencies.hpp"
#include "model/schemes/counterexample.hpp"

namespace folio::model {

struct SchemeInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view section;   // of the specification of the schemes
  unsigned largestOrder = 0;  // folios of at most 4 KiB << largestOrder
  bool isStage = false;       // of the published series; only these have a posted form
  // Bytes of what accounts a folio's mappings, for the folio sizes of metadataFolioBytes() that the
  // scheme has room for.
  std::vector<std::uint64_t> metadataBytes;
};
std::vector<std::uint64_t> metadataFolioBytes();
std::vector<SchemeInfo> schemes();

// Names of the free configurations with dense ids; see free_configuration.hpp for the notation.
std::vector<std::string> freeConfigurationNames();

// A key of a free configuration with its words.
struct SwitchInfo {
  std::string_view name;
  std::string words;  // with commas between them
  std::string_view summary;
};
std::vector<SwitchInfo> switches();

// How the functions of the measured schemes return: as those of a kernel that is mitigated so
// (section L of the specification).
struct ReturnKind {
  std::string_view name;
  std::string_view summary;
};
// The kinds that this build holds, "plain" first.
std::vector<ReturnKind> returnKinds();

struct BenchmarkInfo {
  std::string_view name;
  std::string_view summary;
  bool isConcurrent = false;  // its result is a throughput
  bool hasTasks = false;      // takes tasks > 1
};
std::vector<BenchmarkInfo> benchmarks();

// full: also locks, page-table entries, references, page flags and page copies; accounting: the
// scheme alone.
enum class WorkKind { full, accounting };

struct ModelCase {
  std::string
      scheme;  // a name of schemes(), or a free configuration "free:exclusive=...,scope=..."
  std::string benchmark;
  std::uint64_t sizeBytes = 0;   // of the region, a multiple of folioBytes
  std::uint64_t folioBytes = 0;  // 4 KiB, or a power of two from 16 KiB on
  unsigned tasks = 1;
  unsigned readers = 0;  // threads that ask "mapped shared?" during the operation
  WorkKind work = WorkKind::full;
  std::string returns = "plain";  // a name of returnKinds()
  bool posted = false;            // the form of the series as posted, with its defects
  std::uint64_t seed = 0;  // order of the pages in anon-cow-rand, folios that readers ask about
  std::vector<int> cpus;   // tasks, then readers, are pinned to these in turn; empty: not pinned
};

struct ModelTask {
  std::uint64_t elapsedNs = 0;
  ThreadUsage usage;        // over the operation
  std::uint64_t pages = 0;  // base pages of 4 KiB
};

struct ModelSample {
  Interval operation;  // alone; with several tasks from the first start to the last end
  // Operated on, summed over the tasks; of a benchmark of reading, answers.
  std::uint64_t pages = 0;
  std::vector<ModelTask> tasks;
  bool valid = true;
  std::string reason;  // why not
  std::vector<std::string> warnings;
  // Pages copied and reused, faults, calls and entries of the deferred-split queue, answers of the
  // readers.
  std::vector<std::pair<std::string, double>> counters;
};

// Errors: `unknown-scheme`, `unknown-benchmark`, `bad-value`, `not-enough-memory`, each with what
// to do.
Result<ModelSample> runModelSample(const ModelCase& modelCase);

// Counts of one operation; divide by `pages` or `folios` for counts per page or per folio. Classes
// as in section 0.2 of the specification.
struct ModelCounts {
  std::uint64_t pages = 0;  // summed over the tasks; of a benchmark of reading, answers
  std::uint64_t folios = 0;
  std::uint64_t mappingRmw = 0;    // M
  std::uint64_t referenceRmw = 0;  // R
  std::uint64_t flagRmw = 0;       // F
  std::uint64_t lockRmw = 0;       // L
  std::uint64_t queueLocks = 0;    // of L: the deferred-split queue
  std::uint64_t outsideRmw = 0;    // page-table entries and the mmap lock
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  std::uint64_t calls = 0;    // of functions that are not inlined
  std::uint64_t retries = 0;  // of the task that reads, when a writer disturbed it
  // Answers of the concurrent readers: all, guesses, and those that contradict what the writers of
  // a benchmark of reading did in the meantime.
  std::uint64_t readerQueries = 0;
  std::uint64_t readerUncertain = 0;
  std::uint64_t readerFalselyShared = 0;
  std::uint64_t readerFalselyExclusive = 0;
};
// The same case in the counting build, which is slower and is not timed. Errors as in
// runModelSample().
Result<ModelCounts> countModelCase(const ModelCase& modelCase);

// Errors as in runModelSample().
Result<PhoneScenario> runPhoneScenario(const std::string& scheme, std::uint64_t sizeBytes,
                                       std::uint64_t folioBytes);

}  // namespace folio::model
