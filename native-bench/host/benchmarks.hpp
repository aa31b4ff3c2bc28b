// The records of all benchmarks of the running kernel, each defined in the file of its name.
#pragma once

#include "host/benchmark.hpp"

namespace folio {

extern const Benchmark remapBenchmark;
extern const Benchmark munmapBenchmark;
extern const Benchmark forkBenchmark;
extern const Benchmark cowBenchmark;
extern const Benchmark cowByteBenchmark;
extern const Benchmark cowReuseBenchmark;
extern const Benchmark cowReuseByteBenchmark;
extern const Benchmark pteDontneedBenchmark;
extern const Benchmark anonCowSeqBenchmark;
extern const Benchmark anonCowRandBenchmark;
extern const Benchmark mprotectBenchmark;
extern const Benchmark mremapBenchmark;
extern const Benchmark dontneedBenchmark;
extern const Benchmark madviseFreeBenchmark;
extern const Benchmark faultBenchmark;
extern const Benchmark mprotectSharedDirtyBenchmark;
extern const Benchmark pageoutBenchmark;
extern const Benchmark munmapSwappedForkedBenchmark;
extern const Benchmark forkManyVmasBenchmark;
extern const Benchmark forkChainBenchmark;
extern const Benchmark sharedUnmapBenchmark;
extern const Benchmark sharedForkBenchmark;
extern const Benchmark getppidBenchmark;
extern const Benchmark ioctlBenchmark;

}  // namespace folio
