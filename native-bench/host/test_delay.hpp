// An injected slowdown of a known size, to try whether the lab finds it. Only in builds with the
// CMake option FOLIO_TEST_DELAY; an agent that measures for real has no trace of it.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "harness/clock.hpp"

namespace folio {

// Nanoseconds by which every timed operation is to be longer: FOLIO_TEST_DELAY_NS of the
// environment, else 0.
inline std::uint64_t testDelayNs() {
  const char* text = std::getenv("FOLIO_TEST_DELAY_NS");
  return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

inline void waitBusily(std::uint64_t ns) {
  if (ns == 0) return;
  const std::uint64_t end = monotonicNs() + ns;
  while (monotonicNs() < end) continue;
}

}  // namespace folio
