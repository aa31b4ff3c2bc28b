// The model as the agent sees it: every scheme runs every benchmark and leaves nothing behind; bad
// input is refused with the reason.
#include "model/model.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <string>

#include "model/runner/case_plan.hpp"

namespace folio::model::test {
namespace {

ModelCase smallCase(std::string scheme, std::string benchmark,
                    std::uint64_t folioBytes = 64 * 1024) {
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
          const Result<ModelSample> sample = runModelSample(c);
          REQUIRE(sample.ok());
          CHECK(sample->reason == "");
          CHECK(sample->valid);
          CHECK(sample->operation.elapsedNs() > 0);
          CHECK(sample->pages == 1024u * c.tasks);
          CHECK(sample->tasks.size() == c.tasks);
        }
      }
    }
  }
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
                            "munmap")) == "bad-value");
}

TEST_CASE("sizes that cannot be are refused with the reason") {
  ModelCase c = smallCase("all", "munmap");
  c.folioBytes = 8192;
  CHECK(errorCode(c) == "bad-value");
  c.folioBytes = 48 * 1024;
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

TEST_CASE("the counterexample reproduces") {
  const Counterexample counterexample = runCounterexample();
  CHECK(counterexample.reproduced);
  CHECK(counterexample.text.find("71 mappings") != std::string::npos);
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
