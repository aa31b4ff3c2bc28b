// Every benchmark on the running kernel, small; and that its checks notice what they are there to
// notice.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/swap.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "agent/model_sample.hpp"
#include "agent/worker.hpp"
#include "harness/affinity.hpp"
#include "harness/text_file.hpp"
#include "host/benchmarks.hpp"
#include "host/kernel_counters.hpp"
#include "host/trial.hpp"
#include "json_reading.hpp"
#include "memory/memory_limit.hpp"
#include "memory/page_frames.hpp"
#include "memory/region.hpp"
#include "memory/settings_guardian.hpp"
#include "memory/swap_area.hpp"
#include "memory/thp_settings.hpp"
#include "needs.hpp"
#include "scratch_directory.hpp"

using namespace folio;

namespace {

constexpr std::uint64_t size = 32 * mebibyte;

std::uint64_t basePages() {
  return size / basePageBytes();
}

// In a process of its own, as the agent does. `before` runs in that process first.
Result<Sample> takenWith(
    const Benchmark& benchmark, const Case& what, const std::function<void()>& before = [] {}) {
  ReportReader report([](std::uint64_t, std::uint64_t) {});
  const auto end = runWorker(
      [&](const ReportWriter& writer) {
        before();
        writer.outcome(takeSample(HostRequest{&benchmark, what}));
      },
      report);
  if (!end) return end.error();
  return sampleOf(*report.sample());
}

Case caseOf(const Benchmark& benchmark, std::uint64_t folio) {
  return {.benchmark = std::string(benchmark.name),
          .size = size,
          .folio = folio,
          .tasks = benchmark.hasTasks ? 2u : 1u,
          .seed = 5,
          .cpus = {}};
}

double counterOf(const Sample& sample, const std::string& name) {
  for (const auto& counters : {sample.counters, sample.usage.counters()})
    for (const auto& [known, value] : counters)
      if (known == name) return value;
  return -1;
}

const Check& checkOf(const Sample& sample, const std::string& name) {
  const auto found = std::ranges::find(sample.checks, name, &Check::name);
  REQUIRE(found != sample.checks.end());
  return *found;
}

// Has nothing to do with memory, and counts calls.
bool isControl(const Benchmark& benchmark) {
  return &benchmark == &getppidBenchmark || &benchmark == &ioctlBenchmark;
}

bool swaps(const Benchmark& benchmark) {
  return &benchmark == &pageoutBenchmark || &benchmark == &munmapSwappedForkedBenchmark;
}
// A file that this machine swaps to for the time of a test.
class SwapFile {
 public:
  explicit SwapFile(std::uint64_t bytes) : path_(directory_.path() + "/swap") {
    const Descriptor file(open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.isOpen() && posix_fallocate(file.number(), 0, static_cast<off_t>(bytes)) == 0)
      isOn_ = switchSwapOn(path_, bytes).ok();
  }
  SwapFile(const SwapFile&) = delete;
  SwapFile& operator=(const SwapFile&) = delete;
  ~SwapFile() {
    if (isOn_) swapoff(path_.c_str());
  }

  bool isOn() const { return isOn_; }

 private:
  ScratchDirectory directory_;
  std::string path_;
  bool isOn_ = false;
};

// Takes root, and a file system that lets the kernel swap.
bool canSwapToFile() {
  return SwapFile(mebibyte).isOn();
}

// Copies a mapping of each folio 17 times over: of single pages it is tried on a small region.
bool multipliesMappings(const Benchmark& benchmark) {
  return &benchmark == &forkChainBenchmark;
}

bool hasSwap() {
  return requireSwap(size).ok();
}

// Whether it can be measured with folios of any size on this machine.
bool takesAllSizes(const Benchmark& benchmark) {
  return &benchmark != &mprotectSharedDirtyBenchmark && (!swaps(benchmark) || hasSwap());
}

}  // namespace

TEST_CASE("every benchmark gives a valid sample with huge pages" * needsHugePages()) {
  const std::uint64_t folio = offeredPmdFolio();
  for (const Benchmark* benchmark : hostBenchmarks()) {
    if (!takesAllSizes(*benchmark)) continue;
    CAPTURE(benchmark->name);
    const auto sample = takenWith(*benchmark, caseOf(*benchmark, folio));
    REQUIRE_MESSAGE(sample.ok(), (sample ? "" : sample.error().message));
    CHECK(reasonInvalid(*sample) == "");
    const std::uint64_t unit = benchmark->metric == Metric::time ? basePageBytes() : 1;
    const std::uint64_t tasks = benchmark->hasTasks ? 2 : 1;
    CHECK(sample->work == (isControl(*benchmark) ? 4096 : tasks * size / unit));
    CHECK(sample->tasks.size() == tasks);
    CHECK(sample->operation.elapsedNs() > 0);
    CHECK(sample->operation.startNs > 0);
    for (const char* name :
         {"mapping", "no-swap", "no-collapse", "no-stop", "no-freeze", "outcome"}) {
      checkOf(*sample, name);
    }
    if (!isControl(*benchmark)) checkOf(*sample, "folio-size");
    CHECK(counterOf(*sample, "minorFaults") >= 0);
  }
}

TEST_CASE("every benchmark but remap gives a valid sample with single pages") {
  for (const Benchmark* benchmark : hostBenchmarks()) {
    if (benchmark == &remapBenchmark || multipliesMappings(*benchmark)) continue;
    if (swaps(*benchmark) && !hasSwap()) continue;
    CAPTURE(benchmark->name);
    const auto sample = takenWith(*benchmark, caseOf(*benchmark, basePageBytes()));
    REQUIRE_MESSAGE(sample.ok(), (sample ? "" : sample.error().message));
    CHECK(reasonInvalid(*sample) == "");
  }
}

TEST_CASE("regions as small as one page are worked on as often as they fit into 16 MiB") {
  const std::uint64_t page = basePageBytes();
  for (const Benchmark* benchmark :
       {&mprotectBenchmark, &mprotectSharedDirtyBenchmark, &mremapBenchmark, &dontneedBenchmark,
        &madviseFreeBenchmark, &faultBenchmark}) {
    CAPTURE(benchmark->name);
    for (const std::uint64_t pages : {1, 100}) {
      Case what = caseOf(*benchmark, page);
      what.size = pages * page;
      const auto sample = takenWith(*benchmark, what);
      REQUIRE_MESSAGE(sample.ok(), (sample ? "" : sample.error().message));
      CHECK(reasonInvalid(*sample) == "");
      CHECK(sample->work == 16 * mebibyte / what.size * pages);
    }
  }
}

TEST_CASE("what swaps is refused where there is too little swap, and swaps where there is") {
  for (const Benchmark* benchmark : {&pageoutBenchmark, &munmapSwappedForkedBenchmark}) {
    CAPTURE(benchmark->name);
    const auto sample = takenWith(*benchmark, caseOf(*benchmark, basePageBytes()));
    if (hasSwap()) {
      REQUIRE_MESSAGE(sample.ok(), (sample ? "" : sample.error().message));
      CHECK(reasonInvalid(*sample) == "");
    } else {
      REQUIRE_FALSE(sample.ok());
      CHECK(sample.error().code == "unsupported");
      CHECK(sample.error().message.find("33554432 bytes of swap") != std::string::npos);
    }
  }
}

TEST_CASE("what swaps gives valid samples of single pages, and of folios that it splits" *
          Needs(canSwapToFile(), "swap in a file, which only root may switch on") *
          needsHugePages()) {
  const SwapFile swap(4 * size);
  REQUIRE(swap.isOn());
  for (const Benchmark* benchmark : {&pageoutBenchmark, &munmapSwappedForkedBenchmark}) {
    for (const std::uint64_t folio : {basePageBytes(), offeredPmdFolio()}) {
      CAPTURE(benchmark->name);
      CAPTURE(folio);
      const auto sample = takenWith(*benchmark, caseOf(*benchmark, folio));
      REQUIRE_MESSAGE(sample.ok(), (sample ? "" : sample.error().message));
      CHECK(reasonInvalid(*sample) == "");
      CHECK(sample->work == basePages());
    }
  }
}

TEST_CASE("shared memory is measured in single pages alone, and is dirty before it is protected") {
  const auto refused =
      takenWith(mprotectSharedDirtyBenchmark, caseOf(mprotectSharedDirtyBenchmark, 65536));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == "unsupported");
  const auto sample = takenWith(mprotectSharedDirtyBenchmark,
                                caseOf(mprotectSharedDirtyBenchmark, basePageBytes()));
  REQUIRE(sample.ok());
  CHECK(checkOf(*sample, "dirty").detail == "33554432 of 33554432 bytes dirty (smaps)");
}

TEST_CASE("a fork of many mappings finds one for each folio, also at the end of a chain") {
  Case what = caseOf(forkManyVmasBenchmark, basePageBytes());
  what.size = 256 * basePageBytes();
  for (const Benchmark* benchmark : {&forkManyVmasBenchmark, &forkChainBenchmark}) {
    CAPTURE(benchmark->name);
    const auto sample = takenWith(*benchmark, what);
    REQUIRE(sample.ok());
    CHECK(reasonInvalid(*sample) == "");
    CHECK(checkOf(*sample, "mappings").detail == "256 mappings of 256 folios (smaps)");
  }
  what.size = gibibyte;
  const auto refused = takenWith(forkManyVmasBenchmark, what);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("vm.max_map_count") != std::string::npos);
}

TEST_CASE("tasks that share folios each say what they did, and their parent keeps its pages") {
  const std::pair<const Benchmark*, std::string> expected[] = {
      {&sharedUnmapBenchmark, "3 of 3 tasks have unmapped it; 33554432 bytes present"},
      {&sharedForkBenchmark, "3 of 3 tasks have a child with it; 33554432 bytes present"}};
  for (const auto& each : expected) {
    const Benchmark& benchmark = *each.first;
    CAPTURE(benchmark.name);
    Case what = caseOf(benchmark, basePageBytes());
    what.tasks = 3;
    const auto sample = takenWith(benchmark, what);
    REQUIRE(sample.ok());
    CHECK(reasonInvalid(*sample) == "");
    CHECK(sample->tasks.size() == 3);
    CHECK(checkOf(*sample, "outcome").detail.find(each.second) == 0);
  }
}

TEST_CASE("a first touch faults once for each folio" * needsHugePages()) {
  const auto sample = takenWith(faultBenchmark, caseOf(faultBenchmark, offeredPmdFolio()));
  REQUIRE(sample.ok());
  CHECK(counterOf(*sample, "minorFaults") == 16);
  const auto single = takenWith(faultBenchmark, caseOf(faultBenchmark, basePageBytes()));
  REQUIRE(single.ok());
  CHECK(counterOf(*single, "minorFaults") == static_cast<double>(basePages()));
}

TEST_CASE(
    "copying faults once a page; without a child to copy for, whole regions are reused or copied" *
    needsHugePages()) {
  const std::uint64_t folio = offeredPmdFolio();
  const double pages = static_cast<double>(basePages());
  const auto copied = takenWith(cowByteBenchmark, caseOf(cowByteBenchmark, folio));
  REQUIRE(copied.ok());
  CHECK(counterOf(*copied, "minorFaults") >= pages);
  CHECK(counterOf(*copied, "reusedPages") == -1);  // not a question there
  const auto reused = takenWith(cowReuseBenchmark, caseOf(cowReuseBenchmark, folio));
  REQUIRE(reused.ok());
  const double count = counterOf(*reused, "reusedPages");
  CHECK(count >= 0);
  CHECK(count <= pages);
}

TEST_CASE("tasks of anon-cow report what they wrote and when" * needsHugePages()) {
  const std::uint64_t folio = offeredPmdFolio();
  Case what = caseOf(anonCowSeqBenchmark, folio);
  what.tasks = 3;
  what.cpus = {allowedCpus().front()};
  const auto sample = takenWith(anonCowSeqBenchmark, what);
  REQUIRE(sample.ok());
  CHECK(reasonInvalid(*sample) == "");
  REQUIRE(sample->tasks.size() == 3);
  std::uint64_t longest = 0;
  for (const TaskResult& task : sample->tasks) {
    CHECK(task.work == size);
    CHECK(task.elapsedNs > 0);
    longest = std::max(longest, task.elapsedNs);
  }
  CHECK(sample->operation.elapsedNs() >= longest);
  CHECK(counterOf(*sample, "populateNs") > 0);
  CHECK(counterOf(*sample, "forkNs") > 0);
  CHECK(counterOf(*sample, "minorFaults") >= static_cast<double>(3 * basePages()));
  // usemem's own figure: an eighth more bytes, but a clock that also runs while the region is
  // populated.
  const double wrote = 3 * 1.125 * static_cast<double>(size);
  const double whole = counterOf(*sample, "populateNs") + counterOf(*sample, "forkNs");
  const double slowest = whole + static_cast<double>(sample->operation.elapsedNs());
  CHECK(counterOf(*sample, "usememBytesPerSecond") >= wrote * 1e9 / slowest * 0.999);
  CHECK(counterOf(*sample, "usememBytesPerSecond") <= wrote * 1e9 / whole);
}

TEST_CASE("a region without huge pages is noticed" * needsHugePages()) {
  const std::uint64_t folio = offeredPmdFolio();
  for (const Benchmark* benchmark : {&remapBenchmark, &munmapBenchmark, &anonCowSeqBenchmark}) {
    CAPTURE(benchmark->name);
    ReportReader report([](std::uint64_t, std::uint64_t) {});
    const auto end = runWorker(
        [&](const ReportWriter& writer) {
          prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
          writer.outcome(benchmark->run(caseOf(*benchmark, folio)));
        },
        report);
    REQUIRE(end.ok());
    REQUIRE(report.sample());
    CHECK_FALSE(checkOf(sampleOf(*report.sample()), "folio-size").passed);
    CHECK(report.sample()->reason.find("0 of 16 folios") != std::string::npos);
  }
}

TEST_CASE("one check that failed makes a sample invalid, and its time is that of the operation" *
          needsHugePages()) {
  const std::uint64_t folio = offeredPmdFolio();
  ReportReader report([](std::uint64_t, std::uint64_t) {});
  const auto end = runWorker(
      [&](const ReportWriter& writer) {
        auto trial = Trial::prepare(caseOf(remapBenchmark, folio), MappedBy::pmd);
        if (!trial) return writer.error(trial.error());
        trial->measure([] { usleep(1000); });
        trial->check("halved", false, "on purpose");
        writer.outcome(trial->finish(1));
      },
      report);
  REQUIRE(end.ok());
  CHECK(report.sample()->reason == "halved: on purpose");
  const Sample sample = sampleOf(*report.sample());
  CHECK(sample.operation.elapsedNs() >= 1'000'000);
  CHECK(sample.tasks == std::vector<TaskResult>{{sample.operation.elapsedNs(), 1}});
}

TEST_CASE("single pages are measured as well, whatever is set for larger folios") {
  const std::uint64_t page = basePageBytes();
  const std::string all = std::to_string(basePages());
  const std::string everyFolio = all + " of " + all + " folios of 4096 bytes";
  for (const Benchmark* benchmark : hostBenchmarks()) {
    if (benchmark == &remapBenchmark || isControl(*benchmark)) continue;
    if (multipliesMappings(*benchmark)) continue;
    if (swaps(*benchmark) && !hasSwap()) continue;
    CAPTURE(benchmark->name);
    const auto sample = takenWith(*benchmark, caseOf(*benchmark, page));
    REQUIRE_MESSAGE(sample.ok(), (sample ? "" : sample.error().message));
    CHECK(reasonInvalid(*sample) == "");
    const std::string detail = checkOf(*sample, "folio-size").detail;
    CHECK_MESSAGE(
        (detail.find(everyFolio) == 0 || detail.find("large folios are switched off") == 0),
        detail);
  }
  const auto remapped = takenWith(remapBenchmark, caseOf(remapBenchmark, page));
  REQUIRE_FALSE(remapped.ok());
  CHECK(remapped.error().code == "unsupported");
}

TEST_CASE("a region with huge pages is not taken for one of single pages" * needsHugePages() *
          Needs(pageFlagsReadable(), "page flags that may be read")) {
  auto region = Region::reserve(offeredPmdFolio());
  REQUIRE(region.ok());
  REQUIRE(region->populate(offeredPmdFolio()).ok());
  const auto frames = readPageFrames(region->begin(), region->end());
  REQUIRE(frames);
  CHECK(countWholeFolios(*frames, 1) == 0);
}

TEST_CASE(
    "remap is refused where nothing is PMD-mapped, and sizes that are not offered everywhere") {
  const auto smaller = takenWith(remapBenchmark, caseOf(remapBenchmark, 65536));
  REQUIRE_FALSE(smaller.ok());
  CHECK(smaller.error().code == "unsupported");
  const auto odd = takenWith(munmapBenchmark, caseOf(munmapBenchmark, 32 * mebibyte));
  REQUIRE_FALSE(odd.ok());
  CHECK(odd.error().code == "unsupported");
}

TEST_CASE("what does not fit into memory is refused before it is tried" * needsHugePages()) {
  const std::uint64_t folio = offeredPmdFolio();
  Case what = caseOf(cowBenchmark, folio);
  what.size = 1ull << 45;
  const auto sample = takenWith(cowBenchmark, what);
  REQUIRE_FALSE(sample.ok());
  CHECK(sample.error().code == "not-enough-memory");
}

TEST_CASE("peaks of memory: once, twice, and once more than there are tasks") {
  const Case what{
      .benchmark = "", .size = gibibyte, .folio = 2 * mebibyte, .tasks = 4, .seed = 0, .cpus = {}};
  const auto factor = [&](const Benchmark& benchmark) {
    return benchmark.peakBytes(what) / gibibyte;
  };
  CHECK(factor(remapBenchmark) == 1);
  CHECK(factor(munmapBenchmark) == 1);
  CHECK(factor(forkBenchmark) == 1);
  CHECK(factor(cowBenchmark) == 2);
  CHECK(factor(cowByteBenchmark) == 2);
  CHECK(factor(cowReuseBenchmark) == 1);
  CHECK(factor(pteDontneedBenchmark) == 1);
  CHECK(factor(anonCowSeqBenchmark) == 5);
  Case absurd = what;
  absurd.size = 1ull << 46;
  absurd.tasks = ~0ull - 1;
  CHECK(anonCowSeqBenchmark.peakBytes(absurd) == ~0ull);
}

TEST_CASE("smaller folios, where they may be switched on" * Needs(geteuid() == 0, "root") *
          Needs(settingFor(65536).ok(), "a kernel with folios of 64 KiB")) {
  constexpr std::uint64_t folio = 65536;
  const auto setting = settingFor(folio);
  SettingsGuardian guardian(settingsPlaces());
  if (*setting) {
    const auto refused = takenWith(munmapBenchmark, caseOf(munmapBenchmark, folio));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == "thp-never");
    REQUIRE(guardian.change(**setting).ok());
  }
  const auto release = [&] { guardian.abandon(); };
  for (const Benchmark* benchmark :
       {&munmapBenchmark, &forkBenchmark, &cowReuseByteBenchmark, &anonCowRandBenchmark,
        &mprotectBenchmark, &mremapBenchmark, &dontneedBenchmark, &madviseFreeBenchmark,
        &faultBenchmark, &forkManyVmasBenchmark, &forkChainBenchmark, &sharedUnmapBenchmark,
        &sharedForkBenchmark}) {
    CAPTURE(benchmark->name);
    const auto sample = takenWith(*benchmark, caseOf(*benchmark, folio), release);
    REQUIRE(sample.ok());
    CHECK(reasonInvalid(*sample) == "");
    CHECK(checkOf(*sample, "folio-size").detail.find("512 of 512 folios of 65536 bytes") == 0);
  }
}

// In a process of its own, as the agent does. `before` runs in that process first.
Result<PhoneScenario> phoneWith(
    std::uint64_t bytes, std::uint64_t folio, const std::function<void()>& before = [] {}) {
  ReportReader report([](std::uint64_t, std::uint64_t) {});
  const auto end = runWorker(
      [&](const ReportWriter& writer) {
        before();
        runPhoneScenario({std::nullopt, bytes, folio}, writer);
      },
      report);
  if (!end) return end.error();
  return phoneOf(*report.phone());
}

TEST_CASE("memory after a fork on this kernel: nothing is reported where nothing is counted") {
  const auto single = phoneWith(size, basePageBytes());
  REQUIRE_FALSE(single.ok());
  CHECK(single.error().code == "unsupported");
  CHECK(single.error().message.find("nr_anon_partially_mapped") != std::string::npos);
}

bool countsPartiallyMapped(std::uint64_t folio) {
  return readNumber(folioSizeDirectory(folio) + "/stats/nr_anon_partially_mapped").has_value();
}

TEST_CASE("memory after a fork on this kernel, from its statistics for this folio size" *
          Needs(geteuid() == 0, "root") *
          Needs(settingFor(65536).ok(), "a kernel with folios of 64 KiB") *
          Needs(countsPartiallyMapped(65536), "a kernel that counts partially mapped folios")) {
  constexpr std::uint64_t folio = 65536;
  const auto setting = settingFor(folio);
  SettingsGuardian guardian(settingsPlaces());
  if (*setting) {
    CHECK(phoneWith(size, folio).error().code == "thp-never");
    REQUIRE(guardian.change(**setting).ok());
  }
  const auto scenario = phoneWith(size, folio, [&] { guardian.abandon(); });
  REQUIRE_MESSAGE(scenario.ok(), (scenario ? "" : scenario.error().message));
  CHECK(scenario->folios == size / folio);
  REQUIRE(scenario->points.size() == 17);
  CHECK(scenario->points.front().queued == 0);
  CHECK(scenario->points.front().bytes == size);
  // Copied page by page, or reused: never less than the folios, never more than they and all
  // copies but the last.
  for (const PhonePoint& point : scenario->points) {
    CHECK(point.bytes >= size);
    CHECK(point.bytes <= size + point.writes * size / 16);
    CHECK(point.queued <= scenario->folios);
  }
}

TEST_CASE("a sample of the model tells faults, switches and stolen time as one of the host does") {
  model::ModelCase modelCase;
  modelCase.scheme = "batch";
  modelCase.benchmark = "fork";
  modelCase.sizeBytes = 4 << 20;
  modelCase.folioBytes = 2 << 20;
  const auto modelled = takeModelSample(modelCase);
  REQUIRE(modelled.ok());
  for (const char* name : {"majorFaults", "voluntarySwitches", "involuntarySwitches", "stealNs"}) {
    CAPTURE(name);
    CHECK(counterOf(*modelled, name) >= 0);
  }
  // Neither its set-up, which faults, nor the making and joining of its thread, which blocks, is
  // counted.
  CHECK(counterOf(*modelled, "voluntarySwitches") == 0);
  const std::uint64_t modelledPages = modelCase.sizeBytes / 4096;
  CHECK(counterOf(*modelled, "minorFaults") < static_cast<double>(modelledPages));
  CHECK(counterOf(*modelled, "countedNs") >= static_cast<double>(modelled->operation.elapsedNs()));
}

TEST_CASE("a worker that dies is an error that says how") {
  ReportReader report([](std::uint64_t, std::uint64_t) {});
  const auto killed = runWorker([](const ReportWriter&) { raise(SIGKILL); }, report);
  REQUIRE_FALSE(killed.ok());
  CHECK(killed.error().message.find("signal 9") != std::string::npos);
  const auto silent = runWorker([](const ReportWriter&) {}, report);
  REQUIRE_FALSE(silent.ok());
  CHECK(silent.error().code == "failed");
}
