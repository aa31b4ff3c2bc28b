#include "agent/worker_report.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "agent/model_counts.hpp"
#include "harness/descriptor.hpp"
#include "json_reading.hpp"

using namespace folio;

namespace {

Sample exampleSample() {
  return {
      .operation = {1000, 2500},
      .work = 512,
      .usage = {.countedNs = 1600, .minorFaults = 512, .majorFaults = 3, .involuntarySwitches = 1},
      .checks = {{"mapping", true, "a b=c % \n é"}, {"child", false, ""}},
      .tasks = {{1500, 256}, {1400, 256}},
      .counters = {{"vmstat.pgreuse", -3}, {"usememBytesPerSecond", 1234567890.125}},
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

TEST_CASE("counts arrive as members of JSON, each under its name") {
  model::ModelCounts sent;
  std::uint64_t value = 1'000'000'000'000;
  std::string expected;
  for (const CountField& field : countFields) {
    sent.*field.count = ++value;
    if (!expected.empty()) expected += ',';
    expected.append("\"").append(field.name).append("\":").append(std::to_string(value));
  }
  ReportReader reader(ignoreProgress);
  reader.take(reported([&](const ReportWriter& report) {
    report.counts(sent);
    report.end();
  }));
  CHECK_FALSE(reader.error());
  CHECK(reader.counts() == expected);
}

TEST_CASE("a sample arrives as it was sent, in pieces of any size") {
  const Sample sent = exampleSample();
  const std::string text = reported([&](const ReportWriter& report) { report.outcome(sent); });
  for (std::size_t piece = 1; piece < 50; ++piece) {
    ReportReader reader(ignoreProgress);
    for (std::size_t i = 0; i < text.size(); i += piece)
      reader.take(std::string_view(text).substr(i, piece));
    CHECK_FALSE(reader.error());
    REQUIRE(reader.sample());
    CHECK(reader.sample()->reason == "child: ");
    const Sample got = sampleOf(*reader.sample());
    CHECK(got.operation.startNs == sent.operation.startNs);
    CHECK(got.operation.endNs == sent.operation.endNs);
    CHECK(got.work == sent.work);
    CHECK(got.checks == sent.checks);
    CHECK(got.tasks == sent.tasks);
    for (const auto& counter : sent.counters)
      CHECK(std::ranges::find(got.counters, counter) != got.counters.end());
    for (const auto& counter : sent.usage.counters())
      CHECK(std::ranges::find(got.counters, counter) != got.counters.end());
    CHECK(got.counters.size() == sent.counters.size() + sent.usage.counters().size());
    CHECK(got.warnings == sent.warnings);
  }
}

TEST_CASE("faults of both kinds are the page faults of a sample") {
  CHECK(membersOf(exampleSample()).find(R"("pageFaults":515,)") != std::string::npos);
}

TEST_CASE("an error instead of a sample is the outcome") {
  ReportReader reader(ignoreProgress);
  reader.take(reported([](const ReportWriter& report) {
    report.outcome(Error{"failed", "no luck"});
  }));
  REQUIRE(reader.error());
  CHECK(reader.error()->message == "no luck");
  CHECK_FALSE(reader.sample());
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
