// How the copy-on-write benchmarks write to the region.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace folio {

// Writes every byte.
inline void writeAllBytes(std::byte* begin, std::uint64_t size) {
  std::memset(begin, 0x5a, size);
}

// Writes one byte of each page.
inline void writeByteOfEachPage(std::byte* begin, std::uint64_t size, std::uint64_t page) {
  for (std::uint64_t offset = 0; offset < size; offset += page) {
    *const_cast<volatile std::byte*>(begin + offset) = std::byte{0x5a};
  }
}

}  // namespace folio
