// `mthp-reuse`: a write fault takes the whole folio over at once when it is mapped completely and
// only here (specification G). Accounting is that of upstream-6.10. The comparison of mapcount and
// refcount is not synchronised against concurrent unmapping, as in the proposal (G.2). Entries are
// set one by one, as proposed, or by the batched primitive that its author asks for (P.2).
#pragma once

#include <algorithm>

#include "model/schemes/reuse_rules.hpp"
#include "model/schemes/upstream_6_10.hpp"

namespace folio::model {

enum class ReusedEntries : std::uint8_t { oneByOne, atOnce };

template <class AccessType, ReusedEntries entries = ReusedEntries::oneByOne>
class MthpReuse : public Upstream6_10<AccessType> {
 public:
  using Access = AccessType;
  // The rule itself reads entries.
  static constexpr SchemeTraits traits = [] {
    SchemeTraits result = Upstream6_10<AccessType>::traits;
    result.readsPageTables = true;
    result.setsReusedEntriesAtOnce = entries == ReusedEntries::atOnce;
    return result;
  }();

  // The numbers are the steps of G.1.
  static Reuse reuse(Task& task, Folio folio, Mm& mm, std::uint32_t index) {
    using Base = Upstream6_10<AccessType>;
    if (Base::mappedShared(folio, mm).sharing == Sharing::shared) return Reuse::no;  // 1
    const std::uint64_t start = task.memmap.frameOf(*folio.head);
    const std::uint64_t fault = start + index;
    const std::uint64_t tableStart = fault / entriesPerTable * entriesPerTable;
    const Mm::Vma vma = mm.vmaOf(fault);
    if (start < std::max(tableStart, vma.begin)) return Reuse::no;  // 2
    if (start + folio.pages > std::min(tableStart + entriesPerTable, vma.end))
      return Reuse::no;  // 3
    const Pte first = A::plainLoad(mm.entry(start));
    if (!pte::isPresent(first) || pte::frameOf(first) != start) return Reuse::no;  // 4
    if (presentBatch<A>(mm, start, folio.pages, pte::young | pte::writable) != folio.pages)
      return Reuse::no;  // 5
    const auto pages = static_cast<std::int32_t>(folio.pages);
    if (Base::totalMapcount(folio) != pages) return Reuse::no;  // 6
    const std::uint64_t flags = A::load(flagsOf(*folio.head));
    if ((flags & flag::ksm) != 0 || A::load(folio.refcount()) > 2 + pages) return Reuse::no;  // 7
    if ((flags & flag::waitsForLru) != 0) drainLru(task, folio);                              // 8
    if (A::load(folio.refcount()) > pages + ((flags & flag::swapCache) != 0 ? 1 : 0))
      return Reuse::no;                             // 9
    if (!tryLockFolio<A>(folio)) return Reuse::no;  // 10
    // 11 frees the swap slots of a folio in the swap cache. None gets here: the cache holds a
    // reference for each page, and 9 allows one.
    const bool onlyMappings = A::load(folio.refcount()) == pages;  // 12
    unlockFolio<A>(folio);                                         // 13
    return onlyMappings ? Reuse::folio : Reuse::no;
  }

 private:
  using A = Access;

  // Pages that wait in this CPU's LRU cache go to the list, and the cache's references with them.
  // Those in another CPU's cache stay there.
  static void drainLru(Task& task, Folio folio) {
    if (task.lruPages == 0) return;
    task.lruPages = 0;
    A::template clearBits<Rmw::flag>(flagsOf(*folio.head), flag::waitsForLru);
    A::template subtractAndTest<Rmw::reference>(folio.refcount(), 1);
  }
};

}  // namespace folio::model
