#include "agent/worker_report.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>

#include "agent/model_counts.hpp"
#include "harness/descriptor.hpp"

using namespace folio;

namespace {

Sample exampleSample() {
  return {.operation = {1000, 2500},
          .work = 512,
          .checks = {{"mapping", true, "a b=c % \n é"}, {"child", false, ""}},
          .tasks = {{1500, 256}, {1400, 256}},
          .counters = {{"minorFaults", 512},
                       {"vmstat.pgreuse", -3},
                       {"usememBytesPerSecond", 1234567890.125}},
          .warnings = {"watch out"}};
}

std::string reported(auto&& body) {
  Pipe pipe = *makePipe();
  body(ReportWriter(pipe.writeEnd.number()));
  pipe.writeEnd.close();
  std::string text;
  std::array<char, 4096> bytes;
  for (ssize_t count = 0; (count = read(pipe.readEnd.number(), bytes.data(), bytes.size())) > 0;) {
    text.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return text;
}

const OnProgress ignoreProgress = [](std::uint64_t, std::uint64_t) {};

}  // namespace

TEST_CASE("counts arrive as they were sent") {
  model::ModelCounts sent;
  std::uint64_t value = 1'000'000'000'000;
  for (const CountField& field : countFields) sent.*field.count = ++value;
  ReportReader reader(ignoreProgress);
  reader.take(reported([&](const ReportWriter& report) {
    report.counts(sent);
    report.end();
  }));
  CHECK_FALSE(reader.error());
  REQUIRE(reader.counts());
  for (const CountField& field : countFields) {
    CAPTURE(std::string(field.name));
    CHECK((*reader.counts()).*field.count == sent.*field.count);
  }
}

TEST_CASE("a sample arrives as it was sent, in pieces of any size") {
  const Sample sent = exampleSample();
  const std::string text = reported([&](const ReportWriter& report) {
    report.sample(sent);
    report.end();
  });
  for (std::size_t piece = 1; piece < 50; ++piece) {
    ReportReader reader(ignoreProgress);
    for (std::size_t i = 0; i < text.size(); i += piece)
      reader.take(std::string_view(text).substr(i, piece));
    CHECK_FALSE(reader.error());
    REQUIRE(reader.sample());
    const Sample& got = *reader.sample();
    CHECK(got.operation.startNs == sent.operation.startNs);
    CHECK(got.operation.endNs == sent.operation.endNs);
    CHECK(got.work == sent.work);
    CHECK(got.checks == sent.checks);
    CHECK(got.tasks == sent.tasks);
    CHECK(got.counters == sent.counters);
    CHECK(got.warnings == sent.warnings);
    CHECK(reasonInvalid(got) == "child: ");
  }
}

TEST_CASE("progress is passed on, and an error is the result") {
  const std::string text = reported([](const ReportWriter& report) {
    report.progress(1, 3);
    report.progress(2, 3);
    report.error({"not-enough-memory", "no room = none"});
  });
  std::vector<std::uint64_t> seen;
  ReportReader reader([&](std::uint64_t done, std::uint64_t total) {
    seen.push_back(done);
    CHECK(total == 3);
  });
  reader.take(text);
  CHECK(seen == std::vector<std::uint64_t>{1, 2});
  REQUIRE(reader.error());
  CHECK(reader.error()->code == "not-enough-memory");
  CHECK(reader.error()->message == "no room = none");
}

TEST_CASE("a worker that ends before its report is complete is an error") {
  const std::string text =
      reported([](const ReportWriter& report) { report.sample(exampleSample()); });
  ReportReader reader(ignoreProgress);
  reader.take(text);
  REQUIRE(reader.error());
  CHECK(reader.error()->code == "failed");
}
