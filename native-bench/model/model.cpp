#include "model/model.hpp"

#include <algorithm>
#include <bit>
#include <exception>
#include <limits>
#include <new>
#include <optional>
#include <thread>

#include "harness/affinity.hpp"
#include "memory/memory_limit.hpp"
#include "model/runner/case_runner.hpp"
#include "model/runner/free_configuration.hpp"
#include "model/runner/measured_schemes.hpp"
#include "model/runner/phone.hpp"
#include "model/runner/schemes_copies.hpp"
#include "model/schemes/metadata.hpp"

namespace folio::model {

namespace {

struct BenchmarkEntry {
  std::string_view name;
  std::string_view summary;
  Benchmark benchmark;
};

constexpr std::array benchmarkCatalogue{
    BenchmarkEntry{
        "remap",
        "mprotect of one page of every folio: the entry that covers it becomes one entry per page",
        Benchmark::remap},
    BenchmarkEntry{"munmap", "unmap of the PTE-mapped region", Benchmark::munmap},
    BenchmarkEntry{"fork", "fork with the region PTE-mapped", Benchmark::fork},
    BenchmarkEntry{"cow", "the parent writes every page completely while the child lives",
                   Benchmark::cow},
    BenchmarkEntry{"cow-byte", "the same with one byte per page", Benchmark::cowByte},
    BenchmarkEntry{"cow-reuse", "the parent writes every page completely after the child is gone",
                   Benchmark::cowReuse},
    BenchmarkEntry{"cow-reuse-byte", "the same with one byte per page", Benchmark::cowReuseByte},
    BenchmarkEntry{"pte-dontneed", "MADV_DONTNEED of each page on its own", Benchmark::pteDontneed},
    BenchmarkEntry{"anon-cow-seq",
                   "tasks write a region that they share copy-on-write, all in ascending order",
                   Benchmark::anonCowSeq},
    BenchmarkEntry{"anon-cow-rand", "the same, each task in an order of its own",
                   Benchmark::anonCowRand},
    BenchmarkEntry{"read-mapcount",
                   "one task asks a million times how often folios are mapped; further ones write",
                   Benchmark::readMapcount},
    BenchmarkEntry{"read-shared",
                   "one task asks a million times whether folios are shared; further ones write",
                   Benchmark::readShared},
    BenchmarkEntry{"migrate",
                   "every folio moves to another: unmapped page by page, copied, mapped again",
                   Benchmark::migrate},
};

// 1 PiB: up to here, with the most tasks, the sums of bytes needed do not overflow.
constexpr std::uint64_t largestRegionBytes = std::uint64_t{1} << 50;
constexpr unsigned mostThreads = 4096;  // far below what the seqcount's writer part counts (0x8000)

struct Prepared {
  CasePlan plan;
  const SchemeSet* schemes = nullptr;  // for measuring
  const SchemeOperations* measured = nullptr;
  const SchemeOperations* counted = nullptr;
  std::vector<std::string> warnings;
};

std::string bytesText(std::uint64_t bytes) {
  if (bytes >= (std::uint64_t{1} << 30) && bytes % (std::uint64_t{1} << 30) == 0)
    return std::to_string(bytes >> 30) + " GiB";
  if (bytes >= (std::uint64_t{1} << 20)) return std::to_string(bytes >> 20) + " MiB";
  return std::to_string(bytes >> 10) + " KiB";
}

std::string schemeNames() {
  std::string names;
  for (const SchemeEntry& entry : schemeCatalogue) names += std::string(entry.name) + ", ";
  return names + "or a free configuration (free:exclusive=...)";
}

std::optional<Error> orderError(std::string_view scheme, unsigned order, unsigned largest,
                                std::string_view reason) {
  if (order <= largest) return std::nullopt;
  return Error{"bad-value", "scheme " + std::string(scheme) + " has no room for folios of order " +
                                std::to_string(order) + " (" + bytesText(basePageBytes << order) +
                                "), its largest order is " + std::to_string(largest) + ": " +
                                std::string(reason)};
}

struct OrderLimit {
  unsigned largest;
  std::string reason;
};

OrderLimit orderLimit(const TrackingOptions& options) {
  if (options.idea == Idea::squeezed)
    return {class3.largestOrder, "the values of larger folios do not fit one cache line"};
  if (options.idea == Idea::narrow)
    return {classNarrow.largestOrder, "8 values of 32 bits tell no larger folios apart"};
  if (!options.pageMapcounts) return {largestOrder, std::string(noLargerOrder)};
  return {largestFineCountsOrder, std::string(pagesMappedOverflows) + "; use pagecounts=off"};
}

std::optional<Error> chooseFreeConfiguration(const ModelCase& modelCase, Prepared& prepared) {
  const Result<FreeConfiguration> configuration = parseFreeConfiguration(modelCase.scheme);
  if (!configuration.ok()) return configuration.error();
  if (modelCase.posted)
    return Error{
        "bad-value",
        "a free configuration has no posted form: choose a stage of the series, or the sound form"};
  CasePlan& plan = prepared.plan;
  TrackingOptions options = configuration->options;
  const OrderLimit limit = orderLimit(options);
  if (auto error = orderError(modelCase.scheme, plan.order, limit.largest, limit.reason))
    return error;
  options.values = valuesAt(options.values, plan.order);
  plan.randomIds = configuration->randomIds;
  plan.largestId = options.idea == Idea::narrow
                       ? (1u << classNarrow.idBits()) - 1
                       : largestIdFor(options.values, Form::sound, plan.order);
  prepared.measured = prepared.schemes->freeScheme(options);
  prepared.counted = countingSchemes().freeScheme(options);
  return std::nullopt;
}

std::optional<Error> chooseScheme(const ModelCase& modelCase, Prepared& prepared);

std::optional<Error> chooseCopy(const ModelCase& modelCase, Prepared& prepared) {
  ModelCase original = modelCase;
  original.scheme = modelCase.scheme.substr(copyPrefix.size());
  const SchemeOperations* copy = prepared.schemes->copy(original.scheme);
  if (copy == nullptr || modelCase.posted)
    return Error{"unknown-scheme", "there is no scheme '" + modelCase.scheme +
                                       "': only copy:batch and copy:123 exist, in the sound form"};
  if (auto error = chooseScheme(original, prepared)) return error;
  prepared.measured = copy;
  prepared.counted = countingSchemes().copy(original.scheme);
  return std::nullopt;
}

std::optional<Error> chooseScheme(const ModelCase& modelCase, Prepared& prepared) {
  if (std::string_view(modelCase.scheme).starts_with(freePrefix))
    return chooseFreeConfiguration(modelCase, prepared);
  if (std::string_view(modelCase.scheme).starts_with(copyPrefix))
    return chooseCopy(modelCase, prepared);
  const auto* entry =
      std::find_if(schemeCatalogue.begin(), schemeCatalogue.end(),
                   [&](const SchemeEntry& each) { return each.name == modelCase.scheme; });
  if (entry == schemeCatalogue.end()) {
    const bool unchangedRelease = modelCase.scheme == "upstream-6.11";
    return Error{"unknown-scheme",
                 "there is no scheme '" + modelCase.scheme + "'" +
                     (unchangedRelease ? " (v6.11 accounts as upstream-6.10)" : "") +
                     ": choose one of " + schemeNames()};
  }
  if (modelCase.posted && !entry->isStage)
    return Error{"bad-value",
                 "scheme " + modelCase.scheme +
                     " has no posted form: only the stages of the published series have one"};
  if (auto error =
          orderError(entry->name, prepared.plan.order, entry->largestOrder, entry->orderReason))
    return error;
  const Form form = modelCase.posted ? Form::posted : Form::sound;
  prepared.measured = prepared.schemes->scheme(entry->name, form);
  prepared.counted = countingSchemes().scheme(entry->name, form);
  return std::nullopt;
}

std::optional<Error> chooseBenchmark(const ModelCase& modelCase, Prepared& prepared) {
  for (const BenchmarkEntry& entry : benchmarkCatalogue) {
    if (entry.name != modelCase.benchmark) continue;
    prepared.plan.benchmark = entry.benchmark;
    if (modelCase.tasks > 1 && !hasTasks(entry.benchmark))
      return Error{"bad-value", "benchmark " + modelCase.benchmark + " runs one task, not " +
                                    std::to_string(modelCase.tasks) +
                                    ": use tasks=1, or a benchmark with tasks: anon-cow-seq, "
                                    "anon-cow-rand, read-mapcount or read-shared"};
    return std::nullopt;
  }
  std::string names;
  for (const BenchmarkEntry& entry : benchmarkCatalogue)
    names += (names.empty() ? "" : ", ") + std::string(entry.name);
  return Error{"unknown-benchmark",
               "there is no benchmark '" + modelCase.benchmark + "': choose one of " + names};
}

std::optional<Error> chooseSizes(const ModelCase& modelCase, CasePlan& plan) {
  const std::uint64_t folio = modelCase.folioBytes;
  const bool isSmall = folio == basePageBytes;
  const bool isLarge = std::has_single_bit(folio) &&
                       folio >= (basePageBytes << smallestLargeOrder) &&
                       folio <= (basePageBytes << largestOrder);
  if (!isSmall && !isLarge)
    return Error{
        "bad-value",
        "a folio of " + std::to_string(folio) +
            " bytes does not exist in the model: use 4096 (one page), or a power of two from 16384 "
            "(order 2) to " +
            std::to_string(basePageBytes << largestOrder) + " (order 30)"};
  if (modelCase.sizeBytes == 0 || modelCase.sizeBytes % folio != 0)
    return Error{"bad-value", "the region of " + std::to_string(modelCase.sizeBytes) +
                                  " bytes is not a positive multiple of the folio size " +
                                  std::to_string(folio)};
  if (modelCase.sizeBytes > largestRegionBytes)
    return Error{"not-enough-memory",
                 "a region of " + bytesText(modelCase.sizeBytes) +
                     " exceeds the memory of any machine: use a smaller region"};
  plan.order = static_cast<unsigned>(std::countr_zero(folio / basePageBytes));
  plan.folios = modelCase.sizeBytes / folio;
  if (modelCase.tasks < 1 || modelCase.tasks > mostThreads || modelCase.readers > mostThreads)
    return Error{"bad-value", "tasks must be 1 to " + std::to_string(mostThreads) +
                                  " and readers 0 to " + std::to_string(mostThreads)};
  return std::nullopt;
}

std::optional<Error> checkRoom(const CasePlan& plan) {
  const std::uint64_t mostMappings = (std::uint64_t{1} << plan.order) * plan.mms();
  if (mostMappings > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max()))
    return Error{
        "bad-value",
        std::to_string(plan.mms()) + " mms can map a folio of order " + std::to_string(plan.order) +
            " more often than a 32-bit mapcount can count: use smaller folios or fewer tasks"};
  const Result<Done> room = requireMemory(plan.bytesNeeded());
  if (room.ok()) return std::nullopt;
  return Error{room.error().code, "a region of " + bytesText(plan.pages() * basePageBytes) +
                                      " in folios of " + bytesText(basePageBytes << plan.order) +
                                      " with " + std::to_string(plan.tasks) +
                                      " task(s) does not fit the model: " + room.error().message +
                                      "; or take accounting work, which needs no page contents"};
}

std::vector<std::string> warningsFor(const ModelCase& modelCase, const CasePlan& plan) {
  std::vector<std::string> warnings;
  const std::size_t cores = modelCase.cpus.empty() ? allowedCpus().size() : modelCase.cpus.size();
  const std::size_t threads =
      (hasTasks(plan.benchmark) ? plan.tasks : 1) + std::size_t{plan.readers};
  if (threads > cores)
    warnings.push_back(std::to_string(threads) + " tasks and readers share " +
                       std::to_string(cores) +
                       " CPUs: waiting for a lock then also means waiting for the scheduler");
  if (plan.benchmark == Benchmark::remap && plan.order != 9)
    warnings.push_back("no kernel maps a folio of order " + std::to_string(plan.order) +
                       " by a single entry; the model does as it does for order 9");
  return warnings;
}

std::optional<Error> chooseReturns(const ModelCase& modelCase, Prepared& prepared) {
  prepared.schemes = findMeasuredSchemes(modelCase.returns);
  if (prepared.schemes != nullptr) return std::nullopt;
  std::string names;
  for (const ReturnKind& kind : returnKinds())
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return Error{"bad-value",
               "returns=" + modelCase.returns +
                   ": this build of the model does not hold such returns; it holds: " + names};
}

// A folio of one page is accounted alike by every scheme of an era (specification M).
std::optional<Error> chooseSmallFolios(const ModelCase& modelCase, Prepared& prepared) {
  if (prepared.plan.benchmark == Benchmark::remap)
    return Error{"bad-value",
                 "a folio of 4096 bytes is one page, which has one entry anyway: there is nothing "
                 "to remap; use folios of at least 16384 bytes, or another benchmark"};
  prepared.measured = prepared.schemes->small(modelCase.scheme);
  prepared.counted = countingSchemes().small(modelCase.scheme);
  return std::nullopt;
}

Result<Prepared> prepare(const ModelCase& modelCase) {
  Prepared prepared;
  CasePlan& plan = prepared.plan;
  if (auto error = chooseReturns(modelCase, prepared)) return *error;
  if (auto error = chooseBenchmark(modelCase, prepared)) return *error;
  if (auto error = chooseSizes(modelCase, plan)) return *error;
  if (auto error = chooseScheme(modelCase, prepared)) return *error;
  if (plan.order == 0) {
    if (auto error = chooseSmallFolios(modelCase, prepared)) return *error;
  }
  if (plan.benchmark == Benchmark::migrate && modelCase.scheme == "vma-count" && plan.order > 0)
    return Error{"bad-value",
                 "scheme vma-count finds the pages of a folio by their addresses, which the model "
                 "takes from their frames, so that no folio can move: choose another scheme"};
  plan.tasks = modelCase.tasks;
  plan.readers = modelCase.readers;
  plan.work = modelCase.work == WorkKind::full ? Work::full : Work::accounting;
  plan.form = modelCase.posted ? Form::posted : Form::sound;
  if (modelCase.posted) plan.largestId = largestRmapId;
  plan.seed = modelCase.seed;
  plan.cpus = modelCase.cpus;
  if (auto error = checkRoom(plan)) return *error;
  prepared.warnings = warningsFor(modelCase, plan);
  return prepared;
}

// In a thread of its own, pinned before it touches memory, so that the memory is local to the tasks
// and the caller's affinity stays as it is.
Result<CaseOutcome> execute(const CasePlan& plan, const SchemeOperations& scheme) {
  std::optional<Result<CaseOutcome>> result;
  std::thread([&] {
    if (!plan.cpus.empty()) {
      const Result<Done> pinned = pinToCpu(plan.cpus.front());
      if (!pinned.ok()) {
        result.emplace(pinned.error());
        return;
      }
    }
    try {
      result.emplace(runCase(plan, scheme));
    } catch (const std::bad_alloc&) {
      result.emplace(Error{"not-enough-memory",
                           "the kernel refused the memory for the case: use a smaller region"});
    } catch (const std::exception& exception) {
      result.emplace(Error{"failed", std::string("error in the model: ") + exception.what()});
    }
  }).join();
  return std::move(*result);
}

}  // namespace

std::vector<std::uint64_t> metadataFolioBytes() {
  std::vector<std::uint64_t> sizes{basePageBytes};
  for (unsigned order = smallestLargeOrder; order <= pmdOrder; ++order)
    sizes.push_back(basePageBytes << order);
  return sizes;
}

std::vector<SchemeInfo> schemes() {
  std::vector<SchemeInfo> infos;
  for (const SchemeEntry& entry : schemeCatalogue) {
    SchemeInfo info{entry.name,         entry.summary, entry.section,
                    entry.largestOrder, entry.isStage, {}};
    for (const std::uint64_t bytes : metadataFolioBytes())
      info.metadataBytes.push_back(metadataBytes(
          entry.name, static_cast<unsigned>(std::countr_zero(bytes / basePageBytes))));
    infos.push_back(std::move(info));
  }
  return infos;
}

std::vector<ReturnKind> returnKinds() {
  std::vector<ReturnKind> kinds;
  for (const MeasuredSchemes& each : measuredSchemes())
    kinds.push_back({each.returns, each.summary});
  return kinds;
}

std::vector<std::string> freeConfigurationNames() {
  std::vector<std::string> names;
  for (const FreeConfiguration& configuration : freeConfigurations())
    names.push_back(freeConfigurationName(configuration));
  return names;
}

std::vector<SwitchInfo> switches() {
  std::vector<SwitchInfo> infos;
  for (const FreeSwitch& each : freeSwitches())
    infos.push_back({each.name, each.words, each.summary});
  return infos;
}

std::vector<BenchmarkInfo> benchmarks() {
  std::vector<BenchmarkInfo> infos;
  infos.reserve(benchmarkCatalogue.size());
  for (const BenchmarkEntry& entry : benchmarkCatalogue)
    infos.push_back(
        {entry.name, entry.summary, isConcurrent(entry.benchmark), hasTasks(entry.benchmark)});
  return infos;
}

Result<ModelSample> runModelSample(const ModelCase& modelCase) {
  const Result<Prepared> prepared = prepare(modelCase);
  if (!prepared.ok()) return prepared.error();
  const Result<CaseOutcome> outcome = execute(prepared->plan, *prepared->measured);
  if (!outcome.ok()) return outcome.error();
  ModelSample sample;
  sample.operation = outcome->operation;
  sample.pages = outcome->pages;
  for (const TaskOutcome& task : outcome->tasks)
    sample.tasks.push_back({task.operation.elapsedNs(), task.usage, task.pages});
  sample.valid = outcome->problems.empty();
  for (const std::string& problem : outcome->problems)
    sample.reason += (sample.reason.empty() ? "" : "; ") + problem;
  sample.warnings = prepared->warnings;
  const auto counter = [&](const char* name, auto value) {
    sample.counters.emplace_back(name, static_cast<double>(value));
  };
  counter("pagesCopied", outcome->statistics.pagesCopied);
  counter("pagesReused", outcome->statistics.pagesReused);
  counter("faults", outcome->statistics.faults);
  counter("deferredSplitCalls", outcome->statistics.deferredCalls);
  counter("deferredSplitAdded", outcome->statistics.deferredAdded);
  if (prepared->plan.readers > 0) {
    counter("readerQueries", outcome->readers.queries);
    counter("readerShared", outcome->readers.shared);
    counter("readerUncertain", outcome->readers.uncertain);
    if (isReading(prepared->plan.benchmark)) {
      counter("readerFalselyShared", outcome->readers.falselyShared);
      counter("readerFalselyExclusive", outcome->readers.falselyExclusive);
    }
  }
  return sample;
}

Result<PhoneScenario> runPhoneScenario(const std::string& scheme, std::uint64_t sizeBytes,
                                       std::uint64_t folioBytes) {
  ModelCase modelCase;
  modelCase.scheme = scheme;
  modelCase.benchmark = "cow-reuse-byte";
  modelCase.sizeBytes = sizeBytes;
  modelCase.folioBytes = folioBytes;
  const Result<Prepared> prepared = prepare(modelCase);
  if (!prepared.ok()) return prepared.error();
  try {
    return PhoneScenario{prepared->plan.folios, runPhone(prepared->plan, *prepared->measured), {}};
  } catch (const std::bad_alloc&) {
    return Error{"not-enough-memory",
                 "the kernel refused the memory for the scenario: use a smaller region"};
  }
}

Result<ModelCounts> countModelCase(const ModelCase& modelCase) {
  const Result<Prepared> prepared = prepare(modelCase);
  if (!prepared.ok()) return prepared.error();
  const Result<CaseOutcome> outcome = execute(prepared->plan, *prepared->counted);
  if (!outcome.ok()) return outcome.error();
  const Tally& tally = outcome->tally;
  ModelCounts counts;
  const CasePlan& plan = prepared->plan;
  counts.pages = outcome->pages;
  counts.folios = isReading(plan.benchmark) ? plan.folios : outcome->pages >> plan.order;
  counts.mappingRmw = tally.of(Rmw::mapping);
  counts.referenceRmw = tally.of(Rmw::reference);
  counts.flagRmw = tally.of(Rmw::flag);
  counts.lockRmw = tally.of(Rmw::lock);
  counts.queueLocks = tally.queueLocks;
  counts.outsideRmw = tally.of(Rmw::outside);
  counts.loads = tally.loads;
  counts.stores = tally.stores;
  counts.calls = tally.calls;
  counts.retries = tally.retries;
  counts.readerQueries = outcome->readers.queries;
  counts.readerUncertain = outcome->readers.uncertain;
  counts.readerFalselyShared = outcome->readers.falselyShared;
  counts.readerFalselyExclusive = outcome->readers.falselyExclusive;
  return counts;
}

}  // namespace folio::model
