#include "host/benchmark.hpp"

#include <algorithm>
#include <array>

#include "host/benchmarks.hpp"
#include "memory/memory_limit.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

constexpr std::array benchmarks{
    &remapBenchmark,
    &munmapBenchmark,
    &forkBenchmark,
    &cowBenchmark,
    &cowByteBenchmark,
    &cowReuseBenchmark,
    &cowReuseByteBenchmark,
    &pteDontneedBenchmark,
    &anonCowSeqBenchmark,
    &anonCowRandBenchmark,
    &mprotectBenchmark,
    &mprotectSharedDirtyBenchmark,
    &mremapBenchmark,
    &dontneedBenchmark,
    &madviseFreeBenchmark,
    &pageoutBenchmark,
    &munmapSwappedForkedBenchmark,
    &forkManyVmasBenchmark,
    &forkChainBenchmark,
    &faultBenchmark,
    &sharedUnmapBenchmark,
    &sharedForkBenchmark,
    &getppidBenchmark,
    &ioctlBenchmark,
};

}  // namespace

std::span<const Benchmark* const> hostBenchmarks() {
  return benchmarks;
}

const Benchmark* findHostBenchmark(std::string_view name) {
  const auto found = std::ranges::find(benchmarks, name, &Benchmark::name);
  return found == benchmarks.end() ? nullptr : *found;
}

Result<Sample> runHostSample(const Benchmark& benchmark, const Case& what) {
  if (benchmark.supports != nullptr) {
    if (const auto supported = benchmark.supports(what); !supported) return supported.error();
  }
  if (const auto offered = requireFolioSize(what.folio); !offered) return offered.error();
  if (const auto enough = requireMemory(benchmark.peakBytes(what)); !enough) return enough.error();
  return benchmark.run(what);
}

std::uint64_t peakOf(const Case& what, std::uint64_t copies, std::uint64_t processes) {
  // 8 bytes of page table for each base page, and what a process needs beside the region.
  constexpr std::uint64_t processBytes = 1 << 20;
  const std::uint64_t tables = saturatingAdd(what.size / basePageBytes() * 8, processBytes);
  return saturatingAdd(saturatingMultiply(what.size, copies),
                       saturatingMultiply(tables, processes));
}

}  // namespace folio
