// Memory of the model: anonymous, on huge pages where the kernel grants them, so that TLB misses do
// not hide the accounting; touched at construction by the constructing thread, so that it is local
// to that thread's NUMA node and no page fault falls into a timed region.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace folio::model {

class Arena {
 public:
  Arena() = default;
  // Throws std::bad_alloc when the kernel refuses the mapping. Zero bytes give an empty arena.
  explicit Arena(std::size_t bytes);
  ~Arena();
  Arena(Arena&& other) noexcept
      : mapping_(std::exchange(other.mapping_, nullptr)),
        mappedBytes_(std::exchange(other.mappedBytes_, 0)),
        base_(std::exchange(other.base_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)) {}
  Arena& operator=(Arena&& other) noexcept {
    std::swap(mapping_, other.mapping_);
    std::swap(mappedBytes_, other.mappedBytes_);
    std::swap(base_, other.base_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  // What `bytes` take of the machine's memory: huge pages are handed out whole.
  static constexpr std::uint64_t bytesTaken(std::uint64_t bytes) {
    return (bytes + hugePageBytes - 1) / hugePageBytes * hugePageBytes;
  }

  std::byte* data() const { return base_; }
  std::size_t size() const { return bytes_; }

  // `count` zeroed objects at byte `offset`; T must be an implicit-lifetime type whose zero is its
  // initial value.
  template <class T>
  T* at(std::size_t offset) const {
    return reinterpret_cast<T*>(base_ + offset);
  }

 private:
  static constexpr std::size_t hugePageBytes = std::size_t{2} << 20;

  void* mapping_ = nullptr;
  std::size_t mappedBytes_ = 0;
  std::byte* base_ = nullptr;  // aligned to a huge page
  std::size_t bytes_ = 0;
};

}  // namespace folio::model
