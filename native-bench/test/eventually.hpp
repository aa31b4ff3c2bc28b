// Waiting for what must come.
#pragma once

#include <unistd.h>

#include "harness/clock.hpp"

namespace folio {

// Whether the condition comes true within a minute: the machine may be busy, and sanitizers take
// their time.
inline bool eventually(auto&& condition) {
  const std::uint64_t end = monotonicNs() + 60 * nsPerSecond;
  while (!condition()) {
    if (monotonicNs() >= end) return false;
    usleep(1000);
  }
  return true;
}

}  // namespace folio
