// v6.15: the folio remembers up to two owners and how often each maps it, under a bit lock in the
// word that holds their ids (specification F.4 to F.8). `mm-id` keeps per-page mapcounts,
// `mm-id-nopagemapcount` does not, and `mm-id-mapped-pages` counts mapped pages instead of entire
// mappings (F.9).
#pragma once

#include <cstdint>

#include "model/memory/deferred_split.hpp"
#include "model/memory/kernel_calls.hpp"
#include "model/schemes/fine_counts.hpp"
#include "model/schemes/scheme.hpp"

namespace folio::model {

// What is counted beside the mappings of the folio and of its owners: entire mappings and those of
// each page, entire mappings alone, or the pages that all mappings together map.
enum class CountedToo : std::uint8_t { pagesAndEntire, entire, mappedPages };

template <class AccessType, CountedToo countedToo>
class OwnerTracking {
 public:
  using Access = AccessType;
  static constexpr bool keepsPageMapcounts = countedToo == CountedToo::pagesAndEntire;
  static constexpr bool countsMappedPages = countedToo == CountedToo::mappedPages;
  static constexpr SchemeTraits traits{
      .batchesRemap = true,
      .batchesFork = true,
      .batchesForkReferences = true,
      .visitsPagesAtFork = true,
      .batchesZap = true,
      .batchesZapReferences = true,
      .writesRemappedEntriesAtOnce = true,
      .folioLookupsToZap = 1,
  };

  static void initialise(Folio folio) {
    if constexpr (countsMappedPages) {
      mappedPages(folio) = 0;
    } else {
      Fine::initialise(folio);
    }
    large(folio) = -1;
    ownerMapcount(folio, 0) = -1;
    ownerMapcount(folio, 1) = -1;
    owners(folio) = 0;
  }
  static bool isAtInitialValues(Folio folio) {
    if constexpr (countsMappedPages) {
      if (A::load(mappedPages(folio)) != 0) return false;
    } else {
      if (!Fine::isAtInitialValues(folio)) return false;
    }
    return A::load(large(folio)) == -1 && A::load(ownerMapcount(folio, 0)) == -1 &&
           A::load(ownerMapcount(folio, 1)) == -1 && A::load(owners(folio)) == 0;
  }

  static void newEntire(Task& task, Folio folio, const Mm& mm) {
    if constexpr (countsMappedPages) {
      A::store(mappedPages(folio), pagesOf(folio));
    } else {
      A::store(Fine::entire(folio), 0);
    }
    if constexpr (keepsPageMapcounts) A::store(Fine::pagesMapped(folio), entirelyMapped);
    A::store(large(folio), 0);
    A::store(ownerMapcount(folio, 0), 0);
    A::store(owners(folio), mm.id());
    task.statistics.anonThps += folio.pages;
    task.statistics.anonMapped += folio.pages;
  }

  [[gnu::noinline]] static void addRange(Task& task, Folio folio, const Mm& mm, PageRange range) {
    A::functionCalled();
    const auto count = static_cast<std::int32_t>(range.count);
    std::int32_t newlyMapped = 0;
    if constexpr (keepsPageMapcounts)
      newlyMapped = Fine::template addPages<Update::atomic>(folio, range);
    const std::int32_t mappings = add(folio, mm, count, count).mappings;
    if constexpr (!keepsPageMapcounts) newlyMapped = mappings == count ? pagesOf(folio) : 0;
    Stats::change(task, &Statistics::anonMapped, newlyMapped);
  }

  [[gnu::noinline]] static void removeRange(Task& task, Folio folio, const Mm& mm,
                                            PageRange range) {
    A::functionCalled();
    const auto count = static_cast<std::int32_t>(range.count);
    const std::int32_t mappings = subtract(folio, mm, count, count).mappings;
    std::int32_t unmapped = 0;
    bool partially = false;
    if constexpr (keepsPageMapcounts) {
      unmapped = Fine::template removePages<Update::atomic>(folio, range);
      partially = unmapped > 0 && A::load(Fine::pagesMapped(folio)) != 0;
    } else {
      unmapped = mappings == 0 ? pagesOf(folio) : 0;
      if constexpr (countsMappedPages) {
        partially = isPartiallyMapped(folio);
      } else {
        partially = mappings > 0 && mappings < pagesOf(folio) && Fine::entireMapcount(folio) == 0;
      }
    }
    Stats::change(task, &Statistics::anonMapped, -unmapped);
    if (partially) queue(task, folio);
  }

  [[gnu::noinline]] static void addEntire(Task& task, Folio folio, const Mm& mm) {
    A::functionCalled();
    EntireChange change;
    if constexpr (!countsMappedPages) change = changeEntire<1>(folio);
    const Totals totals = add(folio, mm, 1, pagesOf(folio));
    if constexpr (!keepsPageMapcounts) change.pages = totals.mappings == 1 ? pagesOf(folio) : 0;
    if constexpr (countsMappedPages)  // each entire mapping maps P - 1 pages more than it is
                                      // mappings
      change.hugePages = totals.pages - totals.mappings == pagesOf(folio) - 1 ? pagesOf(folio) : 0;
    Stats::change(task, &Statistics::anonThps, change.hugePages);
    Stats::change(task, &Statistics::anonMapped, change.pages);
  }

  [[gnu::noinline]] static void removeEntire(Task& task, Folio folio, const Mm& mm) {
    A::functionCalled();
    EntireChange change;
    bool partially = false;
    if constexpr (keepsPageMapcounts) {
      subtract(folio, mm, 1, pagesOf(folio));
      change = changeEntire<-1>(folio);
      partially = change.pages > 0 && change.pages < change.hugePages;
    } else if constexpr (countsMappedPages) {
      const Totals totals = subtract(folio, mm, 1, pagesOf(folio));
      change.hugePages = totals.pages == totals.mappings ? pagesOf(folio) : 0;
      change.pages = totals.mappings == 0 ? pagesOf(folio) : 0;
      partially = isPartiallyMapped(folio);
    } else {
      change = changeEntire<-1>(folio);
      const std::int32_t mappings = subtract(folio, mm, 1, pagesOf(folio)).mappings;
      change.pages = mappings == 0 ? pagesOf(folio) : 0;
      partially = change.hugePages > 0 && mappings > 0 && mappings < pagesOf(folio);
    }
    Stats::change(task, &Statistics::anonThps, -change.hugePages);
    Stats::change(task, &Statistics::anonMapped, -change.pages);
    if (partially) queue(task, folio);
  }

  template <class EachPage = LeavePage>
  [[gnu::always_inline]] static void duplicateRange(Task&, Folio folio, const Mm& child,
                                                    PageRange range, EachPage eachPage = {}) {
    if constexpr (keepsPageMapcounts) {
      Fine::template duplicatePages<Update::atomic>(folio, range, eachPage);
    } else {
      for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
        eachPage(folio.page(i));
    }
    const auto count = static_cast<std::int32_t>(range.count);
    add(folio, child, count, count);
  }
  [[gnu::always_inline]] static void duplicateEntire(Task&, Folio folio, const Mm& child) {
    if constexpr (!countsMappedPages) Fine::template duplicateEntire<Update::atomic>(folio);
    add(folio, child, 1, pagesOf(folio));
  }
  static void remapRange(Task& task, Folio folio, const Mm& mm, PageRange range) {
    addRange(task, folio, mm, range);
  }
  static void remapFinish(Task& task, Folio folio, const Mm& mm) { removeEntire(task, folio, mm); }

  // F.6: no mm argument, no lock, no retry; "false" is certain.
  static Answer mappedShared(Folio folio, const Mm&) {
    if (totalMapcount(folio) <= 1) return certainlyExclusive;
    return isMarkedShared(folio) ? maybeShared : certainlyExclusive;
  }

  static Reuse reuse(Task&, Folio folio, Mm&, std::uint32_t) {
    if (totalMapcount(folio) <= 1) return Reuse::no;  // the single page left: free the folio soon
    if (isMarkedShared(folio)) return Reuse::no;
    if (totalMapcount(folio) != A::load(folio.refcount())) return Reuse::no;
    lockOwners(folio);
    const bool exclusive =
        !isMarkedShared(folio) && totalMapcount(folio) == A::load(folio.refcount());
    unlockOwners(folio);
    return exclusive ? Reuse::page : Reuse::no;
  }

  static std::int32_t totalMapcount(Folio folio) { return A::load(large(folio)) + 1; }
  static std::int32_t mapcount(Folio folio) { return totalMapcount(folio); }

 private:
  using A = Access;
  using Stats = StatisticsCalls<A>;
  using Fine = FineCounts<A, LayoutV6_15, PagesMapped::perCall>;

  // One 64-bit word: id of slot 0 in bits 0 to 30, lock bit 31, id of slot 1 in bits 32 to 62,
  // shared bit 63.
  static constexpr std::uint64_t lockBit = std::uint64_t{1} << 31;
  static constexpr std::uint64_t sharedBit = std::uint64_t{1} << 63;
  static constexpr std::uint64_t idMask = 0x7fff'ffff;
  static constexpr std::uint32_t freeSlot = 0;

  static std::int32_t& large(Folio folio) { return LayoutV6_15::TotalMapcount::of(folio); }
  static std::uint64_t& owners(Folio folio) { return FolioField<std::uint64_t, 1, 40>::of(folio); }
  // In the place of the entire mapcount, as wide as two of them.
  static std::int64_t& mappedPages(Folio folio) {
    return FolioField<std::int64_t, 1, 24>::of(folio);
  }
  // A best effort: fewer pages than the folio has, counted once for each mapping (F.9).
  static bool isPartiallyMapped(Folio folio) {
    const std::int64_t pages = A::load(mappedPages(folio));
    return pages > 0 && pages < pagesOf(folio);
  }
  static std::int32_t& ownerMapcount(Folio folio, unsigned slot) {
    return slot == 0 ? FolioField<std::int32_t, 1, 32>::of(folio)
                     : FolioField<std::int32_t, 1, 36>::of(folio);
  }
  static std::int32_t pagesOf(Folio folio) { return static_cast<std::int32_t>(folio.pages); }
  static bool isMarkedShared(Folio folio) { return (A::load(owners(folio)) & sharedBit) != 0; }

  static std::uint32_t owner(Folio folio, unsigned slot) {
    return static_cast<std::uint32_t>(A::load(owners(folio)) >> (32 * slot) & idMask);
  }
  // Under the lock; a waiter's test-and-set writes back only the lock bit, which is set anyway.
  static void setOwner(Folio folio, unsigned slot, std::uint32_t id) {
    const std::uint64_t others = A::load(owners(folio)) & ~(idMask << (32 * slot));
    A::store(owners(folio), others | static_cast<std::uint64_t>(id) << (32 * slot));
  }
  static void setShared(Folio folio, bool shared) {
    const std::uint64_t word = A::load(owners(folio));
    A::store(owners(folio), shared ? word | sharedBit : word & ~sharedBit);
  }

  static void lockOwners(Folio folio) {
    SpinWait spin;
    while (A::template testAndSetAcquire<Rmw::mapping>(owners(folio), lockBit))
      while ((A::load(owners(folio)) & lockBit) != 0) spin.wait();
  }
  static void unlockOwners(Folio folio) {
    A::storeRelease(owners(folio), A::load(owners(folio)) & ~lockBit);
  }

  // After a change; the pages only where they are counted.
  struct Totals {
    std::int32_t mappings;
    std::int64_t pages;
  };

  // F.5, of `count` mappings that map `pages` pages together.
  static Totals add(Folio folio, const Mm& mm, std::int32_t count, std::int32_t pages) {
    lockOwners(folio);
    const std::int32_t total = A::plainAdd(large(folio), count);
    const std::int64_t mapped = changeMappedPages(folio, pages);
    if (owner(folio, 0) == mm.id()) {
      A::plainAdd(ownerMapcount(folio, 0), count);
    } else if (owner(folio, 1) == mm.id()) {
      A::plainAdd(ownerMapcount(folio, 1), count);
    } else if (owner(folio, 0) == freeSlot) {
      setOwner(folio, 0, mm.id());
      A::store(ownerMapcount(folio, 0), count - 1);
      if (total != count - 1) setShared(folio, true);  // others map it already
    } else if (owner(folio, 1) == freeSlot) {
      setOwner(folio, 1, mm.id());
      A::store(ownerMapcount(folio, 1), count - 1);
      setShared(folio, true);  // slot 0 is in use
    }
    // Without a free slot the mm stays untracked; the folio is marked shared already.
    unlockOwners(folio);
    return {total + 1, mapped};
  }

  static Totals subtract(Folio folio, const Mm& mm, std::int32_t count, std::int32_t pages) {
    lockOwners(folio);
    const std::int32_t total = A::plainAdd(large(folio), -count);
    const std::int64_t mapped = changeMappedPages(folio, -pages);
    if (!slotKeepsMappings(folio, mm, count)) {
      // A slot became free, or the mm was untracked.
      if (A::load(ownerMapcount(folio, 0)) == total || A::load(ownerMapcount(folio, 1)) == total)
        setShared(folio, false);
    }
    unlockOwners(folio);
    return {total + 1, mapped};
  }

  // Under the lock.
  static std::int64_t changeMappedPages(Folio folio, std::int32_t pages) {
    if constexpr (countsMappedPages) return A::plainAdd(mappedPages(folio), pages);
    return 0;
  }

  // Whether the mm has a slot that still counts mappings after `count` fewer.
  static bool slotKeepsMappings(Folio folio, const Mm& mm, std::int32_t count) {
    for (unsigned slot = 0; slot < 2; ++slot) {
      if (owner(folio, slot) != mm.id()) continue;
      if (A::plainAdd(ownerMapcount(folio, slot), -count) >= 0) return true;
      A::store(ownerMapcount(folio, slot),
               -1);  // may have underflowed: pages mapped while untracked
      setOwner(folio, slot, freeSlot);
      return false;
    }
    return false;
  }

  template <int difference>
  static EntireChange changeEntire(Folio folio) {
    if constexpr (keepsPageMapcounts) {
      if constexpr (difference > 0) return Fine::template addEntire<Update::atomic>(folio);
      return Fine::template removeEntire<Update::atomic>(folio);
    } else {
      const std::int32_t now =
          A::template addReturnRelaxed<Rmw::mapping>(Fine::entire(folio), difference);
      const bool transition = difference > 0 ? now == 0 : now == -1;
      return {transition ? pagesOf(folio) : 0, 0};
    }
  }

  static void queue(Task& task, Folio folio) {
    if ((A::load(flagsOf(folio.page(1))) & flag::partiallyMapped) != 0) return;
    task.queue.template add<A>(task, folio, true);
  }
};

}  // namespace folio::model
