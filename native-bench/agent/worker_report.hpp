// What a worker process reports to the supervisor through a pipe: lines in the grammar of requests.
// What is meant for the engine is JSON already, which the supervisor hands on without looking into
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/phone_scenario.hpp"
#include "harness/result.hpp"
#include "harness/sample.hpp"
#include "model/model.hpp"

namespace folio {

// The worker's side: each function writes to the pipe at once.
class ReportWriter {
 public:
  explicit ReportWriter(int descriptor) : descriptor_(descriptor) {}

  void progress(std::uint64_t done, std::uint64_t total) const;
  void sample(const Sample& sample) const;
  void counts(const model::ModelCounts& counts) const;
  void phone(const PhoneScenario& scenario) const;
  void error(const Error& error) const;
  // The last line: what came before is complete.
  void end() const;
  // A sample or why there is none, and the end.
  void outcome(const Result<Sample>& sample) const;

 private:
  void write(std::string_view text) const;
  int descriptor_;
};

// A sample as the supervisor knows it.
struct SampleReport {
  Interval operation;
  std::string reason;    // why it is invalid; empty when it is valid
  std::string members;   // membersOf() it
  std::string counters;  // countersOf() it
};

using OnProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

// The supervisor's side: collects the lines of one worker.
class ReportReader {
 public:
  explicit ReportReader(OnProgress onProgress) : onProgress_(std::move(onProgress)) {}

  // Takes bytes as they arrive, cut anywhere.
  void take(std::string_view bytes);

  // The worker's error, or that it ended before it had said everything, or nothing.
  std::optional<Error> error() const;
  const std::optional<SampleReport>& sample() const { return sample_; }
  // Counts and a scenario as members of JSON.
  const std::optional<std::string>& counts() const { return counts_; }
  const std::optional<std::string>& phone() const { return phone_; }

 private:
  void takeLine(std::string_view line);

  OnProgress onProgress_;
  std::string rest_;  // a line that is not complete yet
  std::optional<SampleReport> sample_;
  std::optional<std::string> counts_;
  std::optional<std::string> phone_;
  std::optional<Error> error_;
  bool hasEnded_ = false;
};

}  // namespace folio
