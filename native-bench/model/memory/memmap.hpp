// The emulated array of `struct page`: 64 bytes a page, folio-wide metadata overlaid on tail pages
// at the kernel's offsets, so that cache lines are shared as in the kernel (specification 0.4).
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/cost/counting.hpp"
#include "model/memory/arena.hpp"

namespace folio::model {

inline constexpr std::uint64_t basePageBytes = 4096;
inline constexpr unsigned smallestLargeOrder = 2;  // the schemes need tail pages 1 to 3
inline constexpr unsigned pmdOrder = 9;            // the only one that a kernel maps by one entry
inline constexpr unsigned largestOrder = 30;

struct alignas(64) Page {
  std::byte bytes[64];
};

template <class T>
T& fieldAt(Page& page, std::size_t offset) {
  return *reinterpret_cast<T*>(page.bytes + offset);
}

// Words every page has.
inline std::uint64_t& flagsOf(Page& page) {
  return fieldAt<std::uint64_t>(page, 0);
}
inline std::uint64_t& headWordOf(Page& page) {
  return fieldAt<std::uint64_t>(page, 8);
}  // tails: head | 1
inline std::int32_t& mapcountOf(Page& page) {
  return fieldAt<std::int32_t>(page, 48);
}
inline std::int32_t& refcountOf(Page& page) {
  return fieldAt<std::int32_t>(page, 52);
}

namespace flag {
inline constexpr std::uint64_t locked = 1;         // head page
inline constexpr std::uint64_t large = 2;          // head page of a folio of order > 0
inline constexpr std::uint64_t anonExclusive = 4;  // every page
inline constexpr std::uint64_t doubleMap = 8;      // page 1, scheme double-map
inline constexpr std::uint64_t partiallyMapped =
    16;  // page 1, known to the deferred-split queue (0.6)
// Of the head page. No benchmark meets these; tests do.
inline constexpr std::uint64_t swapCache = 32;     // in the swap cache, which holds P references
inline constexpr std::uint64_t ksm = 64;           // merged by KSM
inline constexpr std::uint64_t waitsForLru = 128;  // in a CPU's LRU cache, which holds a reference
}  // namespace flag

struct Folio {
  Page* head;
  std::uint32_t pages;
  std::uint8_t order;

  Page& page(std::uint32_t index) const { return head[index]; }
  std::int32_t& refcount() const { return refcountOf(*head); }
  bool operator==(const Folio& other) const { return head == other.head; }
};

// Consecutive pages of one folio.
struct PageRange {
  std::uint32_t first;
  std::uint32_t count;
};

// A folio-wide field that overlays tail page `pageIndex` at byte `offset`.
template <class T, unsigned pageIndex, std::size_t offset>
struct FolioField {
  static_assert(offset % sizeof(T) == 0 && offset >= 16 && offset + sizeof(T) <= 48,
                "bytes 16 to 47 of a tail page are overlay space");
  using Value = T;
  static T& of(Folio folio) { return fieldAt<T>(folio.head[pageIndex], offset); }
};

// Region folios of one order first, then order-0 pages for copies. The page frame number is the
// index.
class Memmap {
 public:
  // `withData` also backs every page frame with 4 KiB of memory.
  Memmap(unsigned order, std::uint64_t folios, std::uint64_t copyPages, bool withData);

  static std::uint64_t bytesNeeded(std::uint64_t pages, bool withData) {
    return Arena::bytesTaken(pages * sizeof(Page)) +
           Arena::bytesTaken(withData ? pages * basePageBytes : 0);
  }

  unsigned order() const { return order_; }
  std::uint32_t folioPages() const { return folioPages_; }
  std::uint64_t folios() const { return folios_; }
  std::uint64_t regionPages() const { return folios_ * folioPages_; }
  std::uint64_t totalPages() const { return totalPages_; }

  Page& page(std::uint64_t frame) { return pages_[frame]; }
  std::uint64_t frameOf(const Page& page) const {
    return static_cast<std::uint64_t>(&page - pages_);
  }
  Folio folio(std::uint64_t index) {
    return {pages_ + index * folioPages_, folioPages_, static_cast<std::uint8_t>(order_)};
  }
  std::byte* data(std::uint64_t frame) { return data_.data() + frame * basePageBytes; }

  // The way from a page to its folio that the kernel takes: tail word, then the head's flags.
  template <class A>
  static Page& headOf(Page& page) {
    const std::uint64_t word = A::load(headWordOf(page));
    // NOLINTNEXTLINE(performance-no-int-to-ptr): its lowest bit says what it is, as in the kernel
    return (word & 1) != 0 ? *reinterpret_cast<Page*>(word - 1) : page;
  }
  template <class A>
  Folio folioAt(Page& head) {
    if ((A::load(flagsOf(head)) & flag::large) != 0)
      return {&head, folioPages_, static_cast<std::uint8_t>(order_)};
    return {&head, 1, 0};
  }

 private:
  unsigned order_;
  std::uint32_t folioPages_;
  std::uint64_t folios_;
  std::uint64_t totalPages_;
  Arena memmap_;
  Arena data_;
  Page* pages_;
};

}  // namespace folio::model
