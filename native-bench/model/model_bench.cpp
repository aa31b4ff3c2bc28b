// Tables of the model for people, measured now on this machine.
//
//   model_bench speed [MIB]        measured ns per page of every scheme and operation without contention,
//   against the sum
//                                  of its counted operations, each at its price (the largest ratio allowed
//                                  is 1.15)
//   model_bench throughput [MIB]   anon-cow-seq and anon-cow-rand in GB/s: exclusive writer x batching x
//   tasks
#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "harness/text_file.hpp"
#include "model/model.hpp"

namespace {

using namespace folio;
using namespace folio::model;

constexpr std::uint64_t folioBytes = std::uint64_t{2} << 20;
constexpr double largestRatio = 1.15;
constexpr int repetitions = 7;

// The fastest sample: whatever disturbs a measurement adds time.
double fastestNsPerPage(const ModelCase& modelCase) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < repetitions; ++i) {
    const Result<ModelSample> sample = runModelSample(modelCase);
    if (!sample.ok() || !sample->valid) {
      std::fprintf(stderr, "%s %s: %s\n", modelCase.scheme.c_str(), modelCase.benchmark.c_str(),
                   sample.ok() ? sample->reason.c_str() : sample.error().message.c_str());
      return 0;
    }
    best = std::min(best, static_cast<double>(sample->elapsedNs) / static_cast<double>(sample->pages));
  }
  return best;
}

double pricedNsPerPage(const ModelCounts& counts, const Prices& prices) {
  const std::uint64_t rmw =
      counts.mappingRmw + counts.referenceRmw + counts.flagRmw + counts.lockRmw + counts.outsideRmw;
  const std::uint64_t plain = counts.loads + counts.stores;
  const double ns = static_cast<double>(rmw - counts.freshRmw) * prices.rmwNs +
                    static_cast<double>(counts.freshRmw) * prices.freshRmwNs +
                    static_cast<double>(plain - counts.freshPlain) * prices.plainNs +
                    static_cast<double>(counts.freshPlain) * prices.freshPlainNs +
                    static_cast<double>(counts.calls) * prices.callNs;
  return ns / static_cast<double>(counts.pages);
}

// Why a cell costs more than its accesses and calls. What is not priced: instructions between them.
const char* reasonFor(const ModelCounts& counts, std::string_view benchmark, double measured) {
  const auto perPage = [&](std::uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(counts.pages);
  };
  if (measured < 1) return "below 1 ns a page: the loop over the batch itself";
  if (perPage(counts.loads) > 64)
    return "scan: a compare and a branch an entry, lines from beyond the first-level cache";
  if (benchmark == "pte-dontneed")
    return "one call per page: address arithmetic of the walk, about the same in every scheme";
  if (benchmark.starts_with("cow"))
    return "fault path: decisions on dependent loads, branches between the accesses";
  return "one call per page: tests of results and statistics between the RMWs";
}

int printSpeed(std::uint64_t sizeBytes) {
  const Prices prices = measurePrices(sizeBytes / 4096);
  std::printf(
      "prices in ns: RMW %.2f, on a fresh line %.2f; load or store %.2f, on a fresh line %.2f; call %.2f\n\n",
      prices.rmwNs, prices.freshRmwNs, prices.plainNs, prices.freshPlainNs, prices.callNs);
  std::printf("%-24s %-15s %9s %9s %6s\n", "scheme", "benchmark", "measured", "priced", "ratio");
  int above = 0;
  for (const SchemeInfo& scheme : schemes()) {
    for (const BenchmarkInfo& benchmark : benchmarks()) {
      if (benchmark.isConcurrent) continue;
      ModelCase modelCase;
      modelCase.scheme = scheme.name;
      modelCase.benchmark = benchmark.name;
      modelCase.sizeBytes = sizeBytes;
      modelCase.folioBytes = folioBytes;
      modelCase.work = WorkKind::accounting;
      const double measured = fastestNsPerPage(modelCase);
      const Result<ModelCounts> counts = countModelCase(modelCase);
      if (!counts.ok()) return 1;
      const double priced = pricedNsPerPage(*counts, prices);
      const bool isAbove = measured > largestRatio * priced;
      above += isAbove ? 1 : 0;
      std::printf("%-24s %-15s %9.2f %9.2f %6.2f  %s\n", modelCase.scheme.c_str(),
                  modelCase.benchmark.c_str(), measured, priced, measured / priced,
                  isAbove ? reasonFor(*counts, benchmark.name, measured) : "");
    }
  }
  std::printf("\n%d cells above %.2f\n", above, largestRatio);
  return 0;
}

int printThroughput(std::uint64_t sizeBytes) {
  constexpr std::array<unsigned, 4> taskCounts{1, 2, 4, 8};
  for (const char* benchmark : {"anon-cow-seq", "anon-cow-rand"}) {
    std::printf("%s, GB/s over all tasks\n%-12s %-10s", benchmark, "exclusive", "batching");
    for (const unsigned tasks : taskCounts) std::printf(" %5u task%s", tasks, tasks == 1 ? " " : "s");
    std::printf("\n");
    for (const char* exclusive : {"off", "cmpxchg", "add-return"}) {
      for (const char* batch : {"none", "remap"}) {
        std::printf("%-12s %-10s", exclusive, batch);
        for (const unsigned tasks : taskCounts) {
          ModelCase modelCase;
          modelCase.scheme = std::string("free:exclusive=") + exclusive + ",scope=values,batch=" + batch +
                             ",values=precomputed,pagecounts=on";
          modelCase.benchmark = benchmark;
          modelCase.sizeBytes = sizeBytes;
          modelCase.folioBytes = folioBytes;
          modelCase.tasks = tasks;
          double best = 0;
          for (int i = 0; i < repetitions; ++i) {
            const Result<ModelSample> sample = runModelSample(modelCase);
            if (!sample.ok() || !sample->valid) {
              std::fprintf(stderr, "%s\n",
                           sample.ok() ? sample->reason.c_str() : sample.error().message.c_str());
              return 1;
            }
            best = std::max(
                best, static_cast<double>(sample->pages) * 4096 / static_cast<double>(sample->elapsedNs));
          }
          std::printf(" %11.3f", best);
          std::fflush(stdout);
        }
        std::printf("\n");
      }
    }
  }
  return 0;
}

}  // namespace

int main(int argumentCount, char** arguments) {
  const std::string_view command = argumentCount > 1 ? arguments[1] : "";
  const std::optional<std::uint64_t> mebibytes =
      argumentCount > 2 ? parseNumber(arguments[2]) : std::optional<std::uint64_t>(64);
  if (mebibytes && *mebibytes >= 2 && *mebibytes % 2 == 0 && *mebibytes <= (1u << 20)) {
    if (command == "speed") return printSpeed(*mebibytes << 20);
    if (command == "throughput") return printThroughput(*mebibytes << 20);
  }
  std::fprintf(stderr, "usage: model_bench speed|throughput [region size in MiB, an even number]\n");
  return 2;
}
