// What is asked of one execution of a benchmark, and what comes back: the two sides of
// `request=sample`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/clock.hpp"
#include "harness/thread_usage.hpp"

namespace folio {

enum class Metric { time, throughput };

// The parameters that every target understands. Sizes in bytes.
struct Case {
  std::string benchmark;
  std::uint64_t size = 0;
  std::uint64_t folio = 0;
  std::uint64_t tasks = 1;
  std::uint64_t seed = 0;
  std::vector<int> cpus;  // empty: any
};

// A precondition, or a proof that the operation did what it is meant to do.
struct Check {
  std::string name;
  bool passed = false;
  std::string detail;

  bool operator==(const Check&) const = default;
};

struct TaskResult {
  std::uint64_t elapsedNs = 0;
  std::uint64_t work = 0;

  bool operator==(const TaskResult&) const = default;
};

struct Sample {
  Interval operation;
  std::uint64_t work = 0;  // base pages (time) or bytes written (throughput)
  ThreadUsage usage;       // of the threads that carried the operation out, summed
  std::vector<Check> checks;
  std::vector<TaskResult> tasks;
  std::vector<std::pair<std::string, double>> counters;
  std::vector<std::string> warnings;
};

// Empty when every check passed, otherwise the details of those that did not.
std::string reasonInvalid(const Sample& sample);

// What the engine gets of a sample, as members of JSON (docs/protocol.md). Every field of a sample
// is named here and nowhere else in the agent; code that passes a sample on does not look into it.
std::string membersOf(const Sample& sample);
// The members of its object `counters`, to which others are added that concern the whole machine.
std::string countersOf(const Sample& sample);

}  // namespace folio
