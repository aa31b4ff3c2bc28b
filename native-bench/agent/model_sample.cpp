#include "agent/model_sample.hpp"

#include <algorithm>

#include "host/kernel_counters.hpp"

namespace folio {

namespace {

// The model's pages, whatever the machine's are.
constexpr std::uint64_t modelPageBytes = 4096;

bool isThroughput(std::string_view name) {
  const auto known = model::benchmarks();
  const auto found = std::ranges::find(known, name, &model::BenchmarkInfo::name);
  return found != known.end() && found->isConcurrent;
}

}  // namespace

Result<Sample> takeModelSample(const model::ModelCase& modelCase) {
  const KernelCounters before = KernelCounters::ofStolenTime();
  auto measured = model::runModelSample(modelCase);
  if (!measured) return measured.error();
  const KernelCounters after = KernelCounters::ofStolenTime();
  const std::uint64_t unit = isThroughput(modelCase.benchmark) ? modelPageBytes : 1;
  Sample sample;
  sample.operation = measured->operation;
  sample.work = measured->pages * unit;
  sample.checks.push_back({"model", measured->valid,
                           measured->valid ? "the model's own checks passed" : measured->reason});
  for (const model::ModelTask& task : measured->tasks) {
    sample.tasks.push_back({task.elapsedNs, task.pages * unit});
    sample.usage += task.usage;
  }
  sample.counters = std::move(measured->counters);
  for (auto& counter : after.since(before)) sample.counters.push_back(std::move(counter));
  sample.warnings = std::move(measured->warnings);
  return sample;
}

}  // namespace folio
