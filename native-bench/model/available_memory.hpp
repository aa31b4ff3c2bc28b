// How much memory a case may take without pushing the machine or its control group to the limit.
#pragma once

#include <cstdint>

namespace folio::model {

// Bytes: MemAvailable, or what is left of the cgroup's limit if that is less.
std::uint64_t availableMemoryBytes();

} // namespace folio::model
