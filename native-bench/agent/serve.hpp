// The supervisor: speaks the protocol, has every sample taken by a worker process, and ends with its input.
#pragma once

#include <cstdint>

namespace folio {

struct ServeOptions {
  // Samples begin when CLOCK_MONOTONIC reaches a multiple of this; 0: at once. Where time is counted instructions,
  // what the kernel does periodically then falls into the same moments of every sample.
  std::uint64_t sampleGridNs = 0;
};

// Exit status: 0 after `bye`, or when the input ended between requests; 1 when it ended in the middle of
// something.
int serve(int inputDescriptor, int outputDescriptor, const ServeOptions& options = {});

}  // namespace folio
