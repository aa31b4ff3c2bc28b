// How a range of addresses is mapped, as /proc/PID/smaps shows it: to everybody, about processes of
// one's own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace folio {

// Sums over the mappings that lie inside a range. Sizes in bytes.
struct MappingStatus {
  std::uint64_t mappings = 0;   // VMAs
  std::uint64_t mapped = 0;     // address space
  std::uint64_t resident = 0;   // present pages
  std::uint64_t anonymous = 0;  // present anonymous pages
  std::uint64_t pmdMapped = 0;  // anonymous or shared memory mapped by PMD entries
  std::uint64_t exclusive = 0;  // present pages that nothing else maps
  std::uint64_t dirty = 0;      // present pages that were written
  std::uint64_t swapped = 0;
  std::uint64_t lazilyFree = 0;  // present anonymous pages that may be freed unless written

  bool operator==(const MappingStatus&) const = default;
};

MappingStatus sumMappings(std::string_view smaps, std::uintptr_t begin, std::uintptr_t end);

// Nothing when the process is gone or may not be looked at.
std::optional<MappingStatus> readMappingStatus(pid_t pid, std::uintptr_t begin, std::uintptr_t end);

}  // namespace folio
