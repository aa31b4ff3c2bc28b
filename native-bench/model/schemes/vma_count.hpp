// `vma-count`: the number of VMAs whose page tables refer to the folio, and nothing else
// (specification B). It trades RMWs for reads of page tables. The idea was never implemented; the
// algorithm is the model decision of B.2.
//
// Decided here: anonMapped counts the whole folio while any VMA refers to it; anonThps is not kept,
// because an entire mapping is not told apart. Orders up to 9 only: a larger folio would spread
// over several page tables, whose locks all had to be held.
#pragma once

#include <cstdint>

#include "model/memory/deferred_split.hpp"
#include "model/memory/kernel_calls.hpp"
#include "model/schemes/scheme.hpp"

namespace folio::model {

template <class AccessType>
class VmaCount {
 public:
  using Access = AccessType;
  static constexpr unsigned largestOrder = 9;
  static constexpr SchemeTraits traits{
      .batchesRemap = true,
      .batchesFork = true,
      .batchesZap = true,
      .readsPageTables = true,
      .countsVmas = true,
      .knowsShadowStacks = false,
  };

  static void initialise(Folio folio) { count(folio) = -1; }
  static bool isAtInitialValues(Folio folio) { return A::load(count(folio)) == -1; }

  static void newEntire(Task& task, Folio folio, const Mm&) {
    A::store(count(folio), 0);
    task.statistics.anonMapped += folio.pages;
  }

  [[gnu::noinline]] static void addRange(Task& task, Folio folio, Mm& mm, PageRange range) {
    A::functionCalled();
    forEachVma(task, folio, mm, range, [&](PageRange part) {
      if (!hasOtherEntry(task, folio, mm, part)) increment(task, folio);
    });
  }
  [[gnu::noinline]] static void removeRange(Task& task, Folio folio, Mm& mm, PageRange range) {
    A::functionCalled();
    forEachVma(task, folio, mm, range, [&](PageRange part) {
      if (!hasOtherEntry(task, folio, mm, part)) {
        decrement(task, folio);
      } else if (A::load(count(folio)) == 0) {
        task.queue.template add<A>(task, folio, false);  // this is the only VMA, and it lost pages
      }
    });
  }
  [[gnu::noinline]] static void addEntire(Task& task, Folio folio, Mm&) {
    A::functionCalled();
    increment(task, folio);
  }
  [[gnu::noinline]] static void removeEntire(Task& task, Folio folio, Mm&) {
    A::functionCalled();
    decrement(task, folio);
  }
  static void duplicateRange(Task& task, Folio folio, Mm& child, PageRange range) {
    addRange(task, folio, child, range);
  }
  static void duplicateEntire(Task& task, Folio folio, Mm& child) { addEntire(task, folio, child); }
  static void remapRange(Task&, Folio, const Mm&, PageRange) {}
  static void remapFinish(Task&, Folio, const Mm&) {}

  // A VMA boundary appears before page `index`: recount both halves.
  [[gnu::noinline]] static void splitVma(Task& task, Folio folio, Mm& mm, std::uint32_t index) {
    A::functionCalled();
    const std::uint64_t start = firstVirtualPage(task, folio);
    if (A::plainLoad(mm.startsVma(start + index)) != 0) return;
    mm.startVma(start + index);
    if (index == 0) return;  // nothing of the folio on the other side
    const bool left =
        mapsPage(task, folio, mm, index - 1) || hasOtherEntry(task, folio, mm, {index - 1, 1});
    const bool right =
        mapsPage(task, folio, mm, index) || hasOtherEntry(task, folio, mm, {index, 1});
    if (left && right) increment(task, folio);
  }

  // More than one VMA may still be one mm.
  static Answer mappedShared(Folio folio, const Mm&) {
    return A::load(count(folio)) + 1 > 1 ? maybeShared : certainlyExclusive;
  }

  // All it has: VMAs, not mappings.
  static std::int32_t mapcount(Folio folio) { return A::load(count(folio)) + 1; }

  static Reuse reuse(Task& task, Folio folio, Mm& mm, std::uint32_t index) {
    if (A::load(count(folio)) != 0) return Reuse::no;
    std::int32_t entries = mapsPage(task, folio, mm, index) ? 1 : 0;
    for (std::uint32_t i = index + 1; i < folio.pages && !startsVma(task, folio, mm, i); ++i)
      entries += mapsPage(task, folio, mm, i) ? 1 : 0;
    for (std::uint32_t i = index; i > 0 && !startsVma(task, folio, mm, i); --i)
      entries += mapsPage(task, folio, mm, i - 1) ? 1 : 0;
    return A::load(folio.refcount()) == entries ? Reuse::page : Reuse::no;
  }

 private:
  using A = Access;
  using Stats = StatisticsCalls<A>;

  static std::int32_t& count(Folio folio) { return FolioField<std::int32_t, 1, 16>::of(folio); }

  static void increment(Task& task, Folio folio) {
    if (A::template incrementAndTest<Rmw::mapping>(count(folio)))
      Stats::change(task, &Statistics::anonMapped, folio.pages);
  }
  static void decrement(Task& task, Folio folio) {
    if (A::template decrementIsNegative<Rmw::mapping>(count(folio)))
      Stats::change(task, &Statistics::anonMapped, -std::int64_t{folio.pages});
  }

  static std::uint64_t firstVirtualPage(const Task& task, Folio folio) {
    return task.memmap.frameOf(*folio.head);
  }
  static bool startsVma(const Task& task, Folio folio, Mm& mm, std::uint32_t index) {
    return A::plainLoad(mm.startsVma(firstVirtualPage(task, folio) + index)) != 0;
  }
  static bool mapsPage(const Task& task, Folio folio, Mm& mm, std::uint32_t index) {
    const std::uint64_t page = firstVirtualPage(task, folio) + index;
    const Pte entry = A::plainLoad(mm.entry(page));
    return pte::isPresent(entry) && pte::frameOf(entry) == page;
  }

  // Whether the VMA of `part` refers to the folio outside `part`. From the neighbours outwards: the
  // first entry looked at is nearly always a hit.
  static bool hasOtherEntry(const Task& task, Folio folio, Mm& mm, PageRange part) {
    for (std::uint32_t i = part.first + part.count;
         i < folio.pages && !startsVma(task, folio, mm, i); ++i)
      if (mapsPage(task, folio, mm, i)) return true;
    for (std::uint32_t i = part.first; i > 0 && !startsVma(task, folio, mm, i); --i)
      if (mapsPage(task, folio, mm, i - 1)) return true;
    return false;
  }

  // visit(part) for the parts of `range` that lie in one VMA each. Within a call the entries of the
  // whole range are alike (none written yet, or all cleared), so the parts do not disturb each
  // other.
  template <class Visit>
  static void forEachVma(const Task& task, Folio folio, Mm& mm, PageRange range, Visit visit) {
    const std::uint32_t end = range.first + range.count;
    std::uint32_t first = range.first;
    while (first < end) {
      std::uint32_t next = first + 1;
      while (next < end && !startsVma(task, folio, mm, next)) ++next;
      visit(PageRange{first, next - first});
      first = next;
    }
  }
};

}  // namespace folio::model
