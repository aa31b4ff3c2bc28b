// A benchmark of the running kernel describes itself in one record: listing, help, refusal and run
// all read it.
#pragma once

#include <span>
#include <string_view>

#include "harness/result.hpp"
#include "harness/sample.hpp"

namespace folio {

struct Benchmark {
  std::string_view name;
  Metric metric;
  // One sentence for people: what is timed.
  std::string_view summary;
  // Whether a sample may have more than one task.
  bool hasTasks;
  // Error `unsupported` when this machine cannot execute the case whatever its settings; null: no
  // such case.
  Result<Done> (*supports)(const Case&);
  // Memory in use at the peak, in bytes.
  std::uint64_t (*peakBytes)(const Case&);
  // Executes one sample in this process, which is used for nothing else before or after.
  Result<Sample> (*run)(const Case&);
};

// All of them: those of the published tables in their order, then the others.
std::span<const Benchmark* const> hostBenchmarks();
const Benchmark* findHostBenchmark(std::string_view name);

// Refuses what this kernel or machine cannot do, then runs.
Result<Sample> runHostSample(const Benchmark& benchmark, const Case& what);

// Memory of `copies` times the region with the page tables of `processes` processes that map it.
std::uint64_t peakOf(const Case& what, std::uint64_t copies, std::uint64_t processes);

}  // namespace folio
