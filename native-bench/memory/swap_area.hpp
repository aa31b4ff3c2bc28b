// Making a device or a file an area of swap, and switching it on (mkswap(8), swapon(2)).
#pragma once

#include <cstdint>
#include <string>

#include "harness/result.hpp"

namespace folio {

// The first page of an area of so many bytes, in the form that the kernel reads.
std::string swapHeader(std::uint64_t areaBytes, std::uint64_t pageBytes);

// Writes the header to what lies at `path` and has so many bytes, and switches it on. What was in
// its first page is lost. Needs root.
Result<Done> switchSwapOn(const std::string& path, std::uint64_t areaBytes);

}  // namespace folio
