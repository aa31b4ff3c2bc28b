// self-test: whether this kernel supports each benchmark, shown with one small sample of each.
#include <cstdio>
#include <cstring>
#include <string>

#include "agent/commands.hpp"
#include "agent/human_units.hpp"
#include "agent/sample_request.hpp"
#include "agent/worker.hpp"
#include "harness/perf_counters.hpp"
#include "memory/page_frames.hpp"
#include "memory/region.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

struct Verdict {
  const char* word;  // passed, FAILED, or left out: this machine lacks what it needs
  std::string text;
};

bool isSupported(const Benchmark& benchmark, const Case& what) {
  return benchmark.supports == nullptr || benchmark.supports(what).ok();
}

Verdict testBenchmark(const Benchmark& benchmark, std::uint64_t folio) {
  Case what{.benchmark = std::string(benchmark.name),
            .size = std::max(32 * mebibyte, 2 * folio),
            .folio = folio,
            .tasks = benchmark.hasTasks ? 2u : 1u,
            .seed = 1,
            .cpus = {}};
  if (!isSupported(benchmark, what)) what.folio = basePageBytes();
  ReportReader report([](std::uint64_t, std::uint64_t) {});
  const auto end = runWorker(
      [&](const ReportWriter& writer) {
        writer.outcome(takeSample(HostRequest{&benchmark, what}));
      },
      report);
  if (!end) return {end.error().code == "unsupported" ? "left out" : "FAILED", end.error().message};
  const SampleReport& sample = *report.sample();
  if (!sample.reason.empty()) return {"FAILED", "invalid: " + sample.reason};
  return {"passed", formatTime(static_cast<double>(sample.operation.elapsedNs()))};
}

int testKernel() {
  const auto folio = pmdFolioBytes();
  if (!folio) {
    std::fprintf(stderr, "folio-agent self-test: this kernel has no transparent huge pages\n");
    return statusFailed;
  }
  bool passed = true;
  for (const Benchmark* benchmark : hostBenchmarks()) {
    const Verdict verdict = testBenchmark(*benchmark, *folio);
    passed = passed && std::strcmp(verdict.word, "FAILED") != 0;
    std::printf("%-22s %-8s  %s\n", std::string(benchmark->name).c_str(), verdict.word,
                verdict.text.c_str());
    std::fflush(stdout);
  }
  const PerfCounters perf = PerfCounters::open(false);
  std::printf("\nhardware counters: %s\n", perf.available() ? "available" : perf.reason().c_str());
  std::printf("page flags: %s\n", pageFlagsReadable()
                                      ? "readable"
                                      : "not readable: folio sizes are verified by other means");
  return passed ? 0 : statusFailed;
}

int showCounterexample() {
  const model::Counterexample counterexample = model::runCounterexample();
  std::printf("%s\n", counterexample.text.c_str());
  return counterexample.reproduced ? 0 : statusFailed;
}

}  // namespace

int selfTestCommand(std::span<char*> words) {
  if (words.empty()) return testKernel();
  if (words.size() == 1 && std::strcmp(words.front(), "--counterexample") == 0)
    return showCounterexample();
  std::fprintf(stderr, "folio-agent self-test: the only option is --counterexample\n");
  return statusMisused;
}

}  // namespace folio
