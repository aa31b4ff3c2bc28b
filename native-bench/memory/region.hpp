// The memory that benchmarks operate on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "harness/result.hpp"

namespace folio {

constexpr std::uint64_t mebibyte = 1ull << 20;
constexpr std::uint64_t gibibyte = 1ull << 30;

// Anonymous memory, private unless asked otherwise, that begins on a 1 GiB boundary, so that how
// many page tables of each level it needs follows from its size alone. It lies inside an
// inaccessible reservation, so that the kernel never merges it with a neighbouring mapping.
class Region {
 public:
  static Result<Region> reserve(std::uint64_t size);
  // Shared memory without a file instead, whose pages stay those of all processes that map it.
  static Result<Region> reserveShared(std::uint64_t size);
  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;
  ~Region();

  std::byte* data() const { return data_; }
  std::uint64_t size() const { return size_; }
  std::uintptr_t begin() const { return reinterpret_cast<std::uintptr_t>(data_); }
  std::uintptr_t end() const { return begin() + size_; }

  // Touches all of it so that it consists of folios of `folio` bytes, as far as the kernel has
  // them: the caller checks, and for single pages has switched larger folios off. `progress` is
  // told how many bytes are populated so far.
  Result<Done> populate(std::uint64_t folio,
                        const std::function<void(std::uint64_t)>& progress = {});

  // Replaces PMD mappings by PTE mappings, then undoes the change of protection that brought it
  // about: afterwards every page is mapped by a PTE, writable and touched. No effect on folios that
  // are mapped by PTEs already.
  Result<Done> mapByPtes(std::uint64_t folio);

  // Makes each folio a mapping of its own: every other one is left out of core dumps, which changes
  // nothing else about it.
  Result<Done> splitMappings(std::uint64_t folio);

  // After the memory was unmapped: reserves its addresses again, before anything else can be placed
  // there. True when all of it was free, which proves that it had been unmapped.
  bool reserveAgain();

 private:
  static Result<Region> reserveWith(std::uint64_t size, int sharing);
  Region(std::byte* reservation, std::uint64_t reservedSize, std::byte* data, std::uint64_t size)
      : reservation_(reservation), reservedSize_(reservedSize), data_(data), size_(size) {}

  std::byte* reservation_;
  std::uint64_t reservedSize_;
  std::byte* data_;
  std::uint64_t size_;
};

}  // namespace folio
