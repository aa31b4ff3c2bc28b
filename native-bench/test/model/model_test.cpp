// The model as the agent sees it: every scheme runs every benchmark and leaves nothing behind; bad
// input is refused with the reason.
#include "model/model.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <set>
#include <string>
#include <string_view>

#include "model/runner/case_plan.hpp"
#include "model/runner/measured_schemes.hpp"
#include "model/schemes/all.hpp"
#include "model/schemes/batch.hpp"
#include "model/schemes/exclusive.hpp"
#include "model/schemes/nocmpxchg.hpp"
#include "model/schemes/precomputed_values.hpp"
#include "model/schemes/rmap_id.hpp"

namespace folio::model::test {
namespace {

constexpr std::uint64_t kibibyte = 1024;

ModelCase smallCase(std::string scheme, std::string benchmark,
                    std::uint64_t folioBytes = 64 * kibibyte) {
  ModelCase c;
  c.scheme = std::move(scheme);
  c.benchmark = std::move(benchmark);
  c.folioBytes = folioBytes;
  c.sizeBytes = 4 << 20;
  return c;
}

std::string errorCode(const ModelCase& c) {
  const Result<ModelSample> sample = runModelSample(c);
  return sample.ok() ? "none" : sample.error().code;
}
std::string errorMessage(const ModelCase& c) {
  const Result<ModelSample> sample = runModelSample(c);
  return sample.ok() ? "" : sample.error().message;
}

// Pages of the 4 MiB, for each task; or answers, of which there are a million.
std::uint64_t unitsOf(const ModelCase& c) {
  return c.benchmark.starts_with("read-") ? 1u << 20 : 1024u * c.tasks;
}
bool cannotMove(const ModelCase& c) {
  return c.benchmark == "migrate" && c.scheme == "vma-count";
}

TEST_CASE(
    "every scheme runs every benchmark in both kinds of work and returns to its initial values") {
  for (const SchemeInfo& scheme : schemes()) {
    for (const BenchmarkInfo& benchmark : benchmarks()) {
      for (const WorkKind work : {WorkKind::full, WorkKind::accounting}) {
        for (const std::uint64_t folioBytes : {16u << 10, 64u << 10, 2u << 20}) {
          ModelCase c =
              smallCase(std::string(scheme.name), std::string(benchmark.name), folioBytes);
          c.work = work;
          c.tasks = benchmark.isConcurrent ? 3 : 1;
          c.readers = benchmark.isConcurrent ? 1 : 0;
          CAPTURE(c.scheme);
          CAPTURE(c.benchmark);
          CAPTURE(folioBytes);
          if (cannotMove(c)) continue;
          const Result<ModelSample> sample = runModelSample(c);
          REQUIRE(sample.ok());
          CHECK(sample->reason == "");
          CHECK(sample->valid);
          CHECK(sample->operation.elapsedNs() > 0);
          CHECK(sample->pages == unitsOf(c));
          CHECK(sample->tasks.size() == c.tasks);
        }
      }
    }
  }
}

TEST_CASE("folios of one page: every scheme runs every benchmark but remap") {
  for (const SchemeInfo& scheme : schemes()) {
    for (const BenchmarkInfo& benchmark : benchmarks()) {
      for (const WorkKind work : {WorkKind::full, WorkKind::accounting}) {
        ModelCase c = smallCase(std::string(scheme.name), std::string(benchmark.name), 4096);
        c.work = work;
        c.tasks = benchmark.isConcurrent ? 2 : 1;
        c.readers = 1;
        CAPTURE(c.scheme);
        CAPTURE(c.benchmark);
        if (c.benchmark == "remap") {
          CHECK(errorCode(c) == "bad-value");
          CHECK(errorMessage(c).find("nothing to remap") != std::string::npos);
          continue;
        }
        const Result<ModelSample> sample = runModelSample(c);
        REQUIRE(sample.ok());
        CHECK(sample->reason == "");
        CHECK(sample->pages == unitsOf(c));
      }
    }
  }
  ModelCase c = smallCase("copy:batch", "munmap", 4096);
  CHECK(errorCode(c) == "none");
  c.scheme = freeConfigurationNames().front();
  CHECK(errorCode(c) == "none");
}

double counter(const ModelSample& sample, std::string_view name) {
  for (const auto& [key, value] : sample.counters)
    if (key == name) return value;
  return -1;
}

// No kernel maps other folios than the PMD's by one entry.
TEST_CASE("tasks that write a shared region fault once a page, unless its folios are of 2 MiB") {
  for (const char* benchmark : {"anon-cow-seq", "anon-cow-rand"}) {
    for (const std::uint64_t folioBytes : {4u << 10, 16u << 10, 64u << 10, 4u << 20}) {
      ModelCase c = smallCase("baseline", benchmark, folioBytes);
      c.tasks = 2;
      CAPTURE(c.benchmark);
      CAPTURE(folioBytes);
      const Result<ModelSample> sample = runModelSample(c);
      REQUIRE(sample.ok());
      CHECK(counter(*sample, "pagesCopied") == 2048);
      CHECK(counter(*sample, "faults") == 2048);
    }
    ModelCase c = smallCase("baseline", benchmark, 2 << 20);
    c.tasks = 2;
    CHECK(counter(*runModelSample(c), "faults") == 2048 + 4);  // and one for each entry of a folio
  }
}

TEST_CASE("every free configuration runs, under each kind of returns, and has a name of its own") {
  std::set<std::string> names;
  for (const std::string& name : freeConfigurationNames()) {
    CAPTURE(name);
    CHECK(names.insert(name).second);
    for (const ReturnKind& kind : returnKinds()) {
      ModelCase c = smallCase(name, "munmap");
      c.returns = kind.name;
      CHECK(errorMessage(c) == "");
    }
  }
  CHECK(names.size() == 108 + 26);
}

TEST_CASE("a stage is the code of its combination of switches: one that is off costs nothing") {
  const auto isOne = [](const SchemeSet& set, std::string_view stage, TrackingOptions options) {
    const SchemeOperations* operations = set.scheme(stage, Form::sound);
    return operations != nullptr && operations == set.freeScheme(options);
  };
  const auto check = [&](const SchemeSet& set) {
    CHECK(isOne(set, "rmap-id", rmapIdOptions));
    CHECK(isOne(set, "123", precomputedValuesOptions));
    CHECK(isOne(set, "batch", batchOptions));
    CHECK(isOne(set, "exclusive", exclusiveOptions(Form::sound)));
    CHECK(isOne(set, "nocmpxchg", nocmpxchgOptions(Form::sound)));
    CHECK(isOne(set, "all", allOptions(Form::sound)));
    CHECK_FALSE(isOne(set, "exclusive", batchOptions));
  };
  check(countingSchemes());
  for (const MeasuredSchemes& measured : measuredSchemes()) {
    CAPTURE(std::string(measured.returns));
    check(measured.schemes);
  }
}

TEST_CASE("keys may come in any order, and rmap IDs be random") {
  for (const char* scheme :
       {"free:pagecounts=on,values=wide,batch=all,scope=all,exclusive=off",
        "free:exclusive=off,scope=all,batch=all,values=table,pagecounts=on,ids=random",
        "free:exclusive=off,scope=values,batch=remap,values=precomputed,pagecounts=on,ids=random,"
        "idea=narrow"}) {
    CAPTURE(std::string(scheme));
    CHECK(errorMessage(smallCase(scheme, "cow-reuse", 2 << 20)) == "");
    CHECK(errorMessage(smallCase(scheme, "anon-cow-rand", 2 << 20)) == "");
  }
}

TEST_CASE("an idea is refused where it is not held, with what it is held with") {
  const auto with = [](const char* idea, const char* base) {
    return smallCase(
        std::string("free:batch=remap,values=precomputed,pagecounts=on,") + base + ",idea=" + idea,
        "munmap");
  };
  CHECK(errorCode(with("lock", "exclusive=cmpxchg,scope=values")) == "bad-value");
  CHECK(errorMessage(with("lock", "exclusive=cmpxchg,scope=values"))
            .find("exclusive=off,scope=all") != std::string::npos);
  CHECK(errorCode(with("total-in-sequence", "exclusive=off,scope=all")) == "bad-value");
  CHECK(errorCode(with("sideways", "exclusive=off,scope=all")) == "unknown-scheme");
  ModelCase c = with("squeezed", "exclusive=off,scope=values");
  c.folioBytes = c.sizeBytes = 4 << 20;
  CHECK(errorMessage(c).find("largest order is 9") != std::string::npos);
}

TEST_CASE("every scheme runs every benchmark under each kind of returns") {
  for (const ReturnKind& kind : returnKinds()) {
    for (const SchemeInfo& scheme : schemes()) {
      for (const BenchmarkInfo& benchmark : benchmarks()) {
        ModelCase c = smallCase(std::string(scheme.name), std::string(benchmark.name));
        c.returns = kind.name;
        c.tasks = benchmark.isConcurrent ? 2 : 1;
        CAPTURE(c.returns);
        CAPTURE(c.scheme);
        CAPTURE(c.benchmark);
        if (cannotMove(c)) continue;
        const Result<ModelSample> sample = runModelSample(c);
        REQUIRE(sample.ok());
        CHECK(sample->reason == "");
      }
    }
  }
}

TEST_CASE("returns that are not held are refused with those that are") {
  CHECK(returnKinds().front().name == "plain");
  ModelCase c = smallCase("all", "munmap");
  c.returns = "tail-call";
  CHECK(errorCode(c) == "bad-value");
  CHECK(errorMessage(c).find("it holds: plain") != std::string::npos);
}

TEST_CASE("folios larger than a page table and small ones are handled") {
  for (const char* scheme : {"all", "rmap-id", "mm-id", "double-map", "upstream-6.9"}) {
    for (const char* benchmark :
         {"remap", "munmap", "fork", "cow-byte", "cow-reuse", "pte-dontneed", "anon-cow-rand"}) {
      CAPTURE(std::string(scheme));
      CAPTURE(std::string(benchmark));
      const Result<ModelSample> sample = runModelSample(smallCase(scheme, benchmark, 4 << 20));
      REQUIRE(sample.ok());
      CHECK(sample->reason == "");
    }
  }
}

TEST_CASE("vma-count, which finds pages by address, is refused where folios move") {
  const ModelCase c = smallCase("vma-count", "migrate");
  CHECK(errorCode(c) == "bad-value");
  CHECK(errorMessage(c).find("no folio can move") != std::string::npos);
  CHECK(errorCode(smallCase("vma-count", "migrate", 4096)) == "none");
}

// How often answers were looked for again in a million, beside a task that writes the same 16
// folios.
std::uint64_t retriesOf(const char* scheme) {
  ModelCase c = smallCase(scheme, "read-shared");
  c.sizeBytes = 1 << 20;
  c.tasks = 2;
  const Result<ModelCounts> counts = countModelCase(c);
  REQUIRE(counts.ok());
  return counts->retries;
}

TEST_CASE("readers of values meet writers, and readers of one word do not") {
  // With one CPU a writer is met only where the scheduler stops it inside a section.
  constexpr int mostTimes = 200;
  std::uint64_t retries = 0;
  for (int i = 0; i < mostTimes && retries == 0; ++i) retries = retriesOf("123");
  CHECK(retries > 0);
  CHECK(retriesOf("baseline") == 0);
  CHECK(retriesOf("mm-id") == 0);
}

TEST_CASE(
    "answers of readers are guesses where the first page is looked at, and never false elsewhere") {
  ModelCase c = smallCase("baseline", "read-shared");
  c.sizeBytes = 1 << 20;
  c.tasks = 2;
  c.readers = 1;
  // On a busy machine the writers may have ended before the reader gets a processor.
  constexpr int mostTimes = 200;
  ModelCounts guessed;
  for (int i = 0; i < mostTimes && guessed.readerQueries == 0; ++i) {
    const Result<ModelCounts> counted = countModelCase(c);
    REQUIRE(counted.ok());
    guessed = *counted;
  }
  CHECK(guessed.readerQueries > 0);
  CHECK(guessed.readerUncertain == guessed.readerQueries);
  for (const char* scheme : {"123", "all", "mm-id"}) {
    c.scheme = scheme;
    CAPTURE(c.scheme);
    const Result<ModelCounts> exact = countModelCase(c);
    REQUIRE(exact.ok());
    CHECK(exact->readerFalselyShared == 0);
    CHECK(exact->readerFalselyExclusive == 0);
  }
}

TEST_CASE("the posted forms of the stages run") {
  ModelCase c = smallCase("all", "munmap", 2 << 20);
  c.posted = true;
  CHECK(runModelSample(c)->valid);
  c.scheme = "mm-id";
  CHECK(errorCode(c) == "bad-value");
  c.scheme = freeConfigurationNames().front();
  CHECK(errorCode(c) == "bad-value");
  // With order 2 the posted exclusive update leaves values behind, and the sample says so.
  c = smallCase("exclusive", "munmap", 16 << 10);
  c.posted = true;
  const Result<ModelSample> sample = runModelSample(c);
  REQUIRE(sample.ok());
  CHECK_FALSE(sample->valid);
  CHECK(sample->reason.find("posted defect") != std::string::npos);
}

TEST_CASE("the same seed writes the pages in the same order; counts of concurrent cases add up") {
  ModelCase c = smallCase("all", "anon-cow-seq", 2 << 20);
  c.tasks = 2;
  const Result<ModelCounts> counts = countModelCase(c);
  REQUIRE(counts.ok());
  CHECK(counts->pages == 2048);
  CHECK(counts->referenceRmw >= 3 * counts->pages);  // three per copy, more for the remaps
}

TEST_CASE("unknown names and impossible combinations are refused with the reason") {
  CHECK(errorCode(smallCase("no-such-scheme", "munmap")) == "unknown-scheme");
  CHECK(errorMessage(smallCase("no-such-scheme", "munmap")).find("mm-id") != std::string::npos);
  CHECK(errorMessage(smallCase("upstream-6.11", "munmap")).find("upstream-6.10") !=
        std::string::npos);
  CHECK(errorCode(smallCase("all", "no-such-benchmark")) == "unknown-benchmark");
  CHECK(errorCode(smallCase("free:exclusive=off", "munmap")) == "unknown-scheme");
  CHECK(errorCode(smallCase("free:exclusive=off,exclusive=off", "munmap")) == "unknown-scheme");
  CHECK(errorCode(smallCase("free:colour=red", "munmap")) == "unknown-scheme");
  CHECK(errorCode(smallCase("free:exclusive=maybe,scope=all,batch=all,values=table,pagecounts=on",
                            "munmap")) == "unknown-scheme");
  CHECK(errorCode(smallCase("free:exclusive=off,scope=all,batch=all,values=table,pagecounts=on",
                            "munmap")) == "none");
}

TEST_CASE("sizes that cannot be are refused with the reason") {
  ModelCase c = smallCase("all", "munmap");
  c.folioBytes = 8192;
  CHECK(errorCode(c) == "bad-value");
  c.folioBytes = 48 * kibibyte;
  CHECK(errorCode(c) == "bad-value");
  c = smallCase("all", "munmap", 2 << 20);
  c.sizeBytes = 3 << 20;
  CHECK(errorCode(c) == "bad-value");
  c.sizeBytes = 0;
  CHECK(errorCode(c) == "bad-value");
  c = smallCase("all", "munmap");
  c.folioBytes = c.sizeBytes = std::uint64_t{1} << 28;  // order 16
  CHECK(errorCode(c) == "bad-value");
  CHECK(errorMessage(c).find("8 rmap values") != std::string::npos);
  c.scheme = "vma-count";
  CHECK(errorCode(c) == "bad-value");
  c.scheme = "mm-id-nopagemapcount";
  c.folioBytes = c.sizeBytes = std::uint64_t{1} << 41;  // a folio larger than memory
  CHECK(errorCode(c) == "not-enough-memory");
  c.scheme = "all";
  c.folioBytes = 2 << 20;
  c.sizeBytes = std::uint64_t{1} << 62;
  CHECK(errorCode(c) == "not-enough-memory");
}

TEST_CASE("tasks: one for the micro-benchmarks, more than CPUs with a warning") {
  ModelCase c = smallCase("all", "munmap");
  c.tasks = 2;
  CHECK(errorCode(c) == "bad-value");
  c.benchmark = "anon-cow-seq";
  c.tasks = 0;
  CHECK(errorCode(c) == "bad-value");
  c.tasks = 4;
  c.cpus = {0};
  const Result<ModelSample> sample = runModelSample(c);
  REQUIRE(sample.ok());
  REQUIRE(sample->warnings.size() == 1);
  CHECK(sample->warnings.front().find("share 1 CPU") != std::string::npos);
}

// Per folio of 64 KiB, in pages of 4 KiB (G.3): the folio and its copies.
std::uint64_t pagesInUse(const PhoneScenario& scenario, std::size_t writes) {
  return scenario.points.at(writes).bytes / scenario.folios / 4096;
}

TEST_CASE("after fork and exec, writes waste memory and fill the queue unless folios are reused") {
  const auto run = [](const char* scheme) {
    const Result<PhoneScenario> scenario = runPhoneScenario(scheme, 1 << 20, 64 << 10);
    REQUIRE(scenario.ok());
    CHECK(scenario->folios == 16);
    CHECK(scenario->points.size() == 17);
    CHECK(pagesInUse(*scenario, 0) == 16);
    CHECK(scenario->points[0].queued == 0);
    return *scenario;
  };
  for (const char* scheme : {"baseline", "upstream-6.10"}) {
    const PhoneScenario scenario = run(scheme);
    CAPTURE(std::string(scheme));
    for (std::size_t writes = 1; writes < 16; ++writes) {
      CHECK(pagesInUse(scenario, writes) == 16 + writes);
      CHECK(scenario.points[writes].queued == 16);
    }
  }
  // The last page of a folio is reused in v6.7, and the folio stays for it; later it is copied.
  CHECK(pagesInUse(run("baseline"), 16) == 31);
  CHECK(run("baseline").points[16].queued == 16);
  CHECK(pagesInUse(run("upstream-6.10"), 16) == 16);
  CHECK(run("upstream-6.10").points[16].queued == 0);
  for (const char* scheme : {"mthp-reuse", "all", "mm-id"}) {
    const PhoneScenario scenario = run(scheme);
    for (std::size_t writes = 0; writes <= 16; ++writes) {
      CHECK(pagesInUse(scenario, writes) == 16);
      CHECK(scenario.points[writes].queued == 0);
    }
  }
  CHECK(runPhoneScenario("no-such-scheme", 1 << 20, 64 << 10).error().code == "unknown-scheme");
}

TEST_CASE("the counterexample reproduces") {
  const Counterexample counterexample = runCounterexample();
  CHECK(counterexample.reproduced);
  CHECK(counterexample.text.find("71 mappings") != std::string::npos);
  CHECK(counterexample.text.find("later flush: 18 - 16 = 2\n") != std::string::npos);
  CHECK(counterexample.text.find("(no gathering):      14 - 16 = -2\n") != std::string::npos);
}

// The most memory that this process has had at a time.
std::uint64_t peakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

TEST_CASE(
    "a case takes no more memory than its check counts, with many tasks on a small region too") {
  const std::uint64_t before = peakBytes();
  CasePlan plan;
  plan.benchmark = Benchmark::anonCowRand;
  plan.tasks = 96;
  plan.folios = 1;
  ModelCase c = smallCase("baseline", "anon-cow-rand", 2 << 20);
  c.sizeBytes = 2 << 20;
  c.tasks = plan.tasks;
  REQUIRE(runModelSample(c).ok());
  CHECK(peakBytes() - before <= plan.bytesNeeded());
}

}  // namespace
}  // namespace folio::model::test
