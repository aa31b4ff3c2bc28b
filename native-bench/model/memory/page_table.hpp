// PTE tables with their locks, the PMD level above them, and the mm that owns both. All mms map the
// region at the same virtual page numbers, and a region page's frame number is its virtual page
// number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "model/cost/counting.hpp"
#include "model/memory/arena.hpp"
#include "model/memory/memmap.hpp"
#include "model/memory/spin_lock.hpp"
#include "model/memory/sub_ids.hpp"

namespace folio::model {

// Present bit, permission and state bits, page frame number from bit 12: the places of x86.
using Pte = std::uint64_t;
namespace pte {
inline constexpr Pte present = 1;
inline constexpr Pte writable = 2;
inline constexpr Pte young = 32;
inline constexpr Pte dirty = 64;
inline constexpr Pte special = 512;  // no page behind it; never set here
// Of entries that are not present: the page is being moved, and was AnonExclusive before.
inline constexpr Pte migration = 1024;
inline constexpr Pte exclusive = 2048;

constexpr Pte make(std::uint64_t frame, Pte bits) {
  return frame << 12 | present | bits;
}
constexpr std::uint64_t frameOf(Pte entry) {
  return entry >> 12;
}
constexpr bool isPresent(Pte entry) {
  return (entry & present) != 0;
}
}  // namespace pte

inline constexpr std::uint64_t entriesPerTable = 512;

class Mm {
 public:
  // An mm for a region of `pages` pages in folios of `order`. `id` identifies it in every scheme.
  Mm(std::uint64_t pages, unsigned order, std::uint32_t id, Form form)
      : rmapId(id, form), pages_(pages), arena_(bytesNeeded(pages, order)) {
    std::size_t offset = 0;
    entries_ = arena_.at<Pte>(offset);
    offset += alignUp(pages * sizeof(Pte));
    entire_ = arena_.at<Pte>(offset);
    offset += alignUp((pages >> order) * sizeof(Pte));
    tableLocks_ = arena_.at<SpinLock>(offset);
    offset += tables(pages) * sizeof(SpinLock);
    entireLocks_ = arena_.at<SpinLock>(offset);
    offset += tables(pages >> order) * sizeof(SpinLock);
    vmaBoundaries_ = arena_.at<std::uint64_t>(offset);
    offset += pages * sizeof(std::uint64_t);
    vmaStarts_ = arena_.at<std::uint8_t>(offset);
  }

  static std::uint64_t bytesNeeded(std::uint64_t pages, unsigned order) {
    const std::uint64_t folios = pages >> order;
    return alignUp(pages * sizeof(Pte)) + alignUp(folios * sizeof(Pte)) +
           tables(pages) * sizeof(SpinLock) + tables(folios) * sizeof(SpinLock) +
           pages * (sizeof(std::uint64_t) + sizeof(std::uint8_t));
  }

  const MmRmapId rmapId;
  std::uint32_t id() const { return rmapId.id; }

  std::uint64_t pages() const { return pages_; }
  Pte& entry(std::uint64_t virtualPage) { return entries_[virtualPage]; }
  // One lock per table of 512 entries.
  SpinLock& tableLock(std::uint64_t virtualPage) {
    return tableLocks_[virtualPage / entriesPerTable];
  }

  // The entry that maps a whole folio at once. For order 9 it is the PMD entry; for other orders it
  // exists in no kernel and stands for "mapped as a unit".
  Pte& entireEntry(std::uint64_t folioIndex) { return entire_[folioIndex]; }
  SpinLock& entireLock(std::uint64_t folioIndex) {
    return entireLocks_[folioIndex / entriesPerTable];
  }

  bool isShadowStack() const { return isShadowStack_; }

  // The mmap lock's word. Nobody contends for it here; its RMWs belong to no class (H.2).
  std::uint64_t& mmapLock() { return mmapLock_; }

  // VMAs: the region is one until boundaries are put into it. Whether one begins at this page,
  // besides the one that begins with the region.
  const std::uint8_t& startsVma(std::uint64_t virtualPage) const { return vmaStarts_[virtualPage]; }
  void startVma(std::uint64_t virtualPage) {
    if (startsVma(virtualPage) != 0) return;
    vmaStarts_[virtualPage] = 1;
    std::uint64_t place = vmaBoundaryCount_++;
    for (; place > 0 && vmaBoundaries_[place - 1] > virtualPage; --place)
      vmaBoundaries_[place] = vmaBoundaries_[place - 1];
    vmaBoundaries_[place] = virtualPage;
  }
  std::span<const std::uint64_t> vmaBoundaries() const {
    return {vmaBoundaries_, vmaBoundaryCount_};
  }
  // As fork does: VMA by VMA, whatever they map.
  void copyVmas(const Mm& from) {
    for (const std::uint64_t boundary : from.vmaBoundaries()) startVma(boundary);
  }
  // The pages [begin, end) of the VMA that this page is in.
  struct Vma {
    std::uint64_t begin;
    std::uint64_t end;
  };
  Vma vmaOf(std::uint64_t virtualPage) const {
    const std::span<const std::uint64_t> boundaries = vmaBoundaries();
    const auto next = std::ranges::upper_bound(boundaries, virtualPage);
    return {next == boundaries.begin() ? 0 : *(next - 1),
            next == boundaries.end() ? pages_ : *next};
  }

 private:
  static constexpr std::uint64_t alignUp(std::uint64_t bytes) {
    return (bytes + basePageBytes - 1) / basePageBytes * basePageBytes;
  }
  static constexpr std::uint64_t tables(std::uint64_t entries) {
    return (entries + entriesPerTable - 1) / entriesPerTable;
  }

  std::uint64_t pages_;
  Arena arena_;
  Pte* entries_;
  Pte* entire_;
  SpinLock* tableLocks_;
  SpinLock* entireLocks_;
  std::uint8_t* vmaStarts_;
  std::uint64_t mmapLock_ = 0;
  bool isShadowStack_ = false;
  std::uint64_t* vmaBoundaries_;  // ascending
  std::uint64_t vmaBoundaryCount_ = 0;
};

// Number of entries from `virtualPage` on, at most `limit`, that are present, map consecutive
// frames and have otherwise identical bits, apart from those in `ignored` (specification F.2).
template <class A>
std::uint32_t presentBatch(Mm& mm, std::uint64_t virtualPage, std::uint32_t limit, Pte ignored) {
  const Pte first = A::plainLoad(mm.entry(virtualPage)) & ~ignored;
  std::uint32_t count = 1;
  while (count < limit && (A::plainLoad(mm.entry(virtualPage + count)) & ~ignored) ==
                              first + (static_cast<Pte>(count) << 12))
    ++count;
  return count;
}

}  // namespace folio::model
