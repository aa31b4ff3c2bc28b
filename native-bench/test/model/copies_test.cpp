// A copy of a scheme does what its original does, by other code: what tells them apart is layout
// alone.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "model/model.hpp"
#include "model/runner/measured_schemes.hpp"

namespace folio::model::test {
namespace {

const std::vector<std::string> copied{"batch", "123"};

ModelCase caseOf(std::string scheme, std::string_view benchmark, WorkKind work) {
  ModelCase c;
  c.scheme = std::move(scheme);
  c.benchmark = benchmark;
  c.folioBytes = 64 << 10;
  c.sizeBytes = 1 << 20;
  c.work = work;
  c.seed = 7;
  return c;
}

std::vector<std::uint64_t> listOf(const ModelCounts& counts) {
  return {counts.pages,   counts.folios,     counts.mappingRmw, counts.referenceRmw,
          counts.flagRmw, counts.lockRmw,    counts.queueLocks, counts.loads,
          counts.stores,  counts.outsideRmw, counts.calls};
}

TEST_CASE("a copy does the same operations with the same outcome as its original") {
  for (const std::string& scheme : copied) {
    for (const BenchmarkInfo& benchmark : benchmarks()) {
      for (const WorkKind work : {WorkKind::full, WorkKind::accounting}) {
        CAPTURE(scheme);
        CAPTURE(std::string(benchmark.name));
        const ModelCase original = caseOf(scheme, benchmark.name, work);
        const ModelCase copy = caseOf("copy:" + scheme, benchmark.name, work);
        const Result<ModelCounts> originalCounts = countModelCase(original);
        const Result<ModelCounts> copyCounts = countModelCase(copy);
        REQUIRE(originalCounts.ok());
        REQUIRE(copyCounts.ok());
        CHECK(listOf(*copyCounts) == listOf(*originalCounts));
        const Result<ModelSample> originalSample = runModelSample(original);
        const Result<ModelSample> copySample = runModelSample(copy);
        REQUIRE(originalSample.ok());
        REQUIRE(copySample.ok());
        CHECK(copySample->reason == "");
        CHECK(copySample->pages == originalSample->pages);
        CHECK(copySample->counters == originalSample->counters);
      }
    }
  }
}

TEST_CASE("counting tells schemes apart, so that equal counts say something") {
  const auto count = [](const char* scheme) {
    return listOf(*countModelCase(caseOf(scheme, "remap", WorkKind::full)));
  };
  CHECK(count("copy:batch") != count("copy:123"));
}

void checkDistinct(const TimedOperations& copy, const TimedOperations& original) {
  CHECK((copy.remapRegion != original.remapRegion));
  CHECK((copy.zap != original.zap));
  CHECK((copy.fork != original.fork));
  CHECK((copy.dontneedEach != original.dontneedEach));
  CHECK((copy.writeAll != original.writeAll));
  CHECK((copy.writeAllShared != original.writeAllShared));
}

TEST_CASE("every timed operation of a copy is a function of its own, in every compilation") {
  std::vector<const SchemeSet*> compilations{&countingSchemes()};
  for (const MeasuredSchemes& each : measuredSchemes()) compilations.push_back(&each.schemes);
  for (const SchemeSet* compilation : compilations) {
    for (const std::string& scheme : copied) {
      CAPTURE(scheme);
      const SchemeOperations* copy = compilation->copy(scheme);
      const SchemeOperations* original = compilation->scheme(scheme, Form::sound);
      REQUIRE(copy != nullptr);
      REQUIRE(original != nullptr);
      checkDistinct(copy->full, original->full);
      checkDistinct(copy->accounting, original->accounting);
    }
  }
}

TEST_CASE("there is a copy of these two in the sound form, and of nothing else") {
  for (const char* scheme : {"copy:all", "copy:", "copy:copy:batch"}) {
    CAPTURE(std::string(scheme));
    const Result<ModelSample> sample = runModelSample(caseOf(scheme, "munmap", WorkKind::full));
    REQUIRE_FALSE(sample.ok());
    CHECK(sample.error().code == "unknown-scheme");
  }
  ModelCase posted = caseOf("copy:batch", "munmap", WorkKind::full);
  posted.posted = true;
  CHECK(runModelSample(posted).error().code == "unknown-scheme");
}

}  // namespace
}  // namespace folio::model::test
