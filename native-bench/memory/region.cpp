#include "memory/region.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <string>

#include "harness/system_error.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

constexpr std::uint64_t alignment = gibibyte;

std::byte* roundUp(std::byte* address) {
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  return address + ((alignment - value % alignment) % alignment);
}

}  // namespace

Result<Region> Region::reserve(std::uint64_t size) {
  return reserveWith(size, MAP_PRIVATE);
}

Result<Region> Region::reserveShared(std::uint64_t size) {
  return reserveWith(size, MAP_SHARED);
}

Result<Region> Region::reserveWith(std::uint64_t size, int sharing) {
  // One alignment to find a boundary in, and one so that something of the reservation follows the
  // region.
  std::uint64_t reservedSize = 0;
  if (__builtin_add_overflow(size, 2 * alignment, &reservedSize)) {
    return Error{"bad-value", std::to_string(size) + " bytes exceed the address space"};
  }
  void* reserved =
      mmap(nullptr, reservedSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED)
    return systemError("mmap of " + std::to_string(reservedSize) + " bytes of address space");
  auto* reservation = static_cast<std::byte*>(reserved);
  // One byte further, so that something of the reservation precedes the region as well.
  std::byte* data = roundUp(reservation + 1);
  if (mmap(data, size, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
      MAP_FAILED) {
    const Error error = systemError("mmap of " + std::to_string(size) + " bytes");
    munmap(reservation, reservedSize);
    return error;
  }
  return Region(reservation, reservedSize, data, size);
}

Region::Region(Region&& other) noexcept
    : reservation_(std::exchange(other.reservation_, nullptr)),
      reservedSize_(std::exchange(other.reservedSize_, 0)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

Region& Region::operator=(Region&& other) noexcept {
  std::swap(reservation_, other.reservation_);
  std::swap(reservedSize_, other.reservedSize_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Region::~Region() {
  if (reservation_ != nullptr) munmap(reservation_, reservedSize_);
}

Result<Done> Region::populate(std::uint64_t folio,
                              const std::function<void(std::uint64_t)>& progress) {
  // A fault takes the largest folio that is switched on and fits into the mapping. Below the PMD's
  // size the advice is therefore given folio by folio, each touched before the next is advised: the
  // advised mapping grows with it, and nothing larger ever fits, whatever other sizes are switched
  // on. Single pages need no advice.
  const std::uint64_t page = basePageBytes();
  const bool isAdvisedAtOnce = folio == pmdFolioBytes() || folio == page;
  const std::uint64_t step = isAdvisedAtOnce ? std::max(folio, 64 * mebibyte) : folio;
  for (std::uint64_t offset = 0; offset < size_; offset += step) {
    const std::uint64_t length = std::min(step, size_ - offset);
    std::byte* part = data_ + offset;
    if (folio != page && madvise(part, length, MADV_HUGEPAGE) != 0)
      return systemError("madvise(MADV_HUGEPAGE)");
    if (madvise(part, length, MADV_POPULATE_WRITE) != 0) {
      // Before Linux 5.14 there is no such advice; anything else than EINVAL is a real failure.
      if (errno != EINVAL) return systemError("madvise(MADV_POPULATE_WRITE)");
      for (std::uint64_t i = 0; i < length; i += page)
        *const_cast<volatile std::byte*>(part + i) = std::byte{1};
    }
    if (progress) progress(offset + length);
  }
  return Done{};
}

Result<Done> Region::splitMappings(std::uint64_t folio) {
  for (std::uint64_t offset = folio; offset < size_; offset += 2 * folio) {
    if (madvise(data_ + offset, folio, MADV_DONTDUMP) != 0)
      return systemError("madvise(MADV_DONTDUMP)");
  }
  return Done{};
}

bool Region::reserveAgain() {
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
  return mmap(data_, size_, PROT_NONE, flags, -1, 0) == data_;
}

Result<Done> Region::mapByPtes(std::uint64_t folio) {
  const std::uint64_t page = basePageBytes();
  for (std::byte* first = data_; first < data_ + size_; first += folio) {
    if (mprotect(first, page, PROT_READ) != 0) return systemError("mprotect to read-only");
    if (mprotect(first, page, PROT_READ | PROT_WRITE) != 0)
      return systemError("mprotect to writable");
    // The kernel may leave the entry read-only until the next write.
    *const_cast<volatile std::byte*>(first) = std::byte{1};
  }
  return Done{};
}

}  // namespace folio
