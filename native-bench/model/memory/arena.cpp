#include "model/memory/arena.hpp"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace folio::model {

Arena::Arena(std::size_t bytes) : bytes_(bytes) {
  if (bytes == 0) return;
  mappedBytes_ = bytesTaken(bytes) + hugePageBytes;
  mapping_ =
      mmap(nullptr, mappedBytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping_ == MAP_FAILED) {
    mapping_ = nullptr;
    throw std::bad_alloc();
  }
  const auto address = reinterpret_cast<std::uintptr_t>(mapping_);
  const std::uintptr_t aligned = (address + hugePageBytes - 1) / hugePageBytes * hugePageBytes;
  base_ = static_cast<std::byte*>(mapping_) + (aligned - address);
  madvise(base_, mappedBytes_ - hugePageBytes, MADV_HUGEPAGE);  // refusal only costs TLB misses
  std::memset(base_, 0, bytes);
}

Arena::~Arena() {
  if (mapping_ != nullptr) munmap(mapping_, mappedBytes_);
}

}  // namespace folio::model
