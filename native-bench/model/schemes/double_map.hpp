// `double-map`: v4.5 to about v5.19 (specification A). Every page counts its own entries; a bit in
// page 1 adds one to every page on behalf of "the entire mappings as a whole" while the folio is
// mapped both ways.
//
// This era has no AnonExclusive. Statistics may drift when a page is mapped by a new entry while
// another mm maps the folio entirely: the source tree does not say more (specification J).
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/memory/deferred_split.hpp"
#include "model/memory/kernel_calls.hpp"
#include "model/schemes/reuse_rules.hpp"
#include "model/schemes/scheme.hpp"

namespace folio::model {

enum class DoubleMapReuse : std::uint8_t {
  onlyReference,  // v5.9 to v5.17
  scan,           // v4.6 to v5.8: the largest mapcount over all pages
};

template <class AccessType, DoubleMapReuse rule = DoubleMapReuse::onlyReference>
class DoubleMap {
 public:
  using Access = AccessType;
  static constexpr SchemeTraits traits{.hasAnonExclusive = false, .knowsShadowStacks = false};

  static void initialise(Folio folio) {
    for (std::uint32_t i = 0; i < folio.pages; ++i) mapcountOf(folio.page(i)) = -1;
    compound(folio) = -1;
    flagsOf(folio.page(1)) &= ~flag::doubleMap;
  }
  static bool isAtInitialValues(Folio folio) {
    for (std::uint32_t i = 0; i < folio.pages; ++i)
      if (A::load(mapcountOf(folio.page(i))) != -1) return false;
    return A::load(compound(folio)) == -1 && !isDoubleMapped(folio);
  }

  static void newEntire(Task& task, Folio folio, const Mm&) {
    A::store(compound(folio), 0);
    task.statistics.anonThps += folio.pages;
    task.statistics.anonMapped += folio.pages;
  }

  // A range is one call per page: no batching existed.
  [[gnu::noinline]] static void addRange(Task& task, Folio folio, const Mm&, PageRange range) {
    A::functionCalled();
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
      if (A::template incrementAndTest<Rmw::mapping>(mapcountOf(folio.page(i))))
        Stats::change(task, &Statistics::anonMapped, 1);
  }
  [[gnu::noinline]] static void removeRange(Task& task, Folio folio, const Mm&, PageRange range) {
    A::functionCalled();
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      if (!A::template decrementIsNegative<Rmw::mapping>(mapcountOf(folio.page(i)))) continue;
      Stats::change(task, &Statistics::anonMapped, -1);
      task.queue.template add<A>(task, folio, false);
    }
  }

  [[gnu::noinline]] static void addEntire(Task& task, Folio folio, const Mm&) {
    A::functionCalled();
    if (!A::template incrementAndTest<Rmw::mapping>(compound(folio))) return;
    Stats::change(task, &Statistics::anonThps, folio.pages);
    Stats::change(task, &Statistics::anonMapped, folio.pages);
  }
  [[gnu::noinline]] static void removeEntire(Task& task, Folio folio, const Mm&) {
    A::functionCalled();
    if (!A::template decrementIsNegative<Rmw::mapping>(compound(folio))) return;
    Stats::change(task, &Statistics::anonThps, -std::int64_t{folio.pages});
    std::uint32_t unmapped = folio.pages;
    if (clearDoubleMap(folio)) {
      unmapped = 0;
      for (std::uint32_t i = 0; i < folio.pages; ++i)
        if (A::template decrementIsNegative<Rmw::mapping>(mapcountOf(folio.page(i)))) ++unmapped;
      if (unmapped > 0 && unmapped < folio.pages) task.queue.template add<A>(task, folio, false);
    }
    Stats::change(task, &Statistics::anonMapped, -std::int64_t{unmapped});
  }

  [[gnu::always_inline]] static void duplicateRange(Task&, Folio folio, const Mm&,
                                                    PageRange range) {
    changePages(folio, range, 1);
  }
  [[gnu::always_inline]] static void duplicateEntire(Task&, Folio folio, const Mm&) {
    A::template add<Rmw::mapping>(compound(folio), 1);
  }

  // Plain increments: the pages were mapped already, so statistics do not change.
  [[gnu::always_inline]] static void remapRange(Task&, Folio folio, const Mm&, PageRange range) {
    changePages(folio, range, 1);
  }
  // The bit and its offsets are in place before the compound count is dropped: otherwise somebody
  // who asks whether a page is mapped would see it unmapped for a moment.
  [[gnu::always_inline]] static void remapFinish(Task& task, Folio folio, const Mm&) {
    const PageRange all{0, folio.pages};
    if (A::load(compound(folio)) + 1 > 1 &&
        !A::template testAndSet<Rmw::flag>(flagsOf(folio.page(1)), flag::doubleMap))
      changePages(folio, all, 1);
    if (!A::template decrementIsNegative<Rmw::mapping>(compound(folio))) return;
    Stats::change(task, &Statistics::anonThps, -std::int64_t{folio.pages});
    if (clearDoubleMap(folio)) changePages(folio, all, -1);
  }

  // No answer exists; callers looked at one page's mapcount (A.3).
  static Answer mappedShared(Folio folio, const Mm&) {
    return pageMapcount(folio, 0) > 1 ? maybeShared : probablyExclusive;
  }

  static Reuse reuse(Task&, Folio folio, Mm&, std::uint32_t index) {
    if constexpr (rule == DoubleMapReuse::scan) {
      if (!tryLockFolio<A>(folio)) return Reuse::no;
      const bool single = largestMapcount(folio) <= 1;
      unlockFolio<A>(folio);
      return single ? Reuse::page : Reuse::no;
    } else {
      if (A::load(folio.refcount()) != 1 || !tryLockFolio<A>(folio)) return Reuse::no;
      const bool single = pageMapcount(folio, index) == 1 && A::load(folio.refcount()) == 1;
      unlockFolio<A>(folio);
      return single ? Reuse::page : Reuse::no;
    }
  }

  // A.3: every page and the compound count, less what the bit stands for.
  static std::int32_t mapcount(Folio folio) {
    std::int32_t mappings = A::load(compound(folio)) + 1;
    for (std::uint32_t i = 0; i < folio.pages; ++i)
      mappings += A::load(mapcountOf(folio.page(i))) + 1;
    return isDoubleMapped(folio) ? mappings - static_cast<std::int32_t>(folio.pages) : mappings;
  }

  static std::int32_t pageMapcount(Folio folio, std::uint32_t index) {
    return A::load(mapcountOf(folio.page(index))) + 1 + A::load(compound(folio)) + 1 -
           offset(folio);
  }

 private:
  using A = Access;
  using Stats = StatisticsCalls<A>;

  static std::int32_t& compound(Folio folio) { return FolioField<std::int32_t, 1, 20>::of(folio); }
  static bool isDoubleMapped(Folio folio) {
    return (A::load(flagsOf(folio.page(1))) & flag::doubleMap) != 0;
  }
  static std::int32_t offset(Folio folio) { return isDoubleMapped(folio) ? 1 : 0; }
  static bool clearDoubleMap(Folio folio) {
    return A::template testAndClear<Rmw::flag>(flagsOf(folio.page(1)), flag::doubleMap);
  }
  static void changePages(Folio folio, PageRange range, std::int32_t difference) {
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
      A::template add<Rmw::mapping>(mapcountOf(folio.page(i)), difference);
  }
  static std::int32_t largestMapcount(Folio folio) {
    std::int32_t largest = 0;
    for (std::uint32_t i = 0; i < folio.pages; ++i)
      largest = std::max(largest, A::load(mapcountOf(folio.page(i))) + 1);
    return largest - offset(folio) + A::load(compound(folio)) + 1;
  }
};

}  // namespace folio::model
