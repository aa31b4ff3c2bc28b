// Moments at which samples begin where time is counted instructions: what the kernel does
// periodically then falls into the same places of every sample, and idle time, which is skipped,
// lets the traces of the sample before fade.
#pragma once

#include <cstdint>

namespace folio {

// Multiples of CLOCK_MONOTONIC; 0, as it is unless this is called, means any time.
void setSampleGrid(std::uint64_t ns);

// Sleeps until the next of these moments, then stays awake until the kernel has done what it put
// off in the meantime.
void waitForSampleGrid();

}  // namespace folio
