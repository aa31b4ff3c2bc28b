// The counters of v6.2 to v6.14: a mapcount per page, a count of entire mappings, and the number of
// mapped pages that carries an extra high unit while the folio is mapped entirely (specification
// C.1 to C.4, D.5.4, F.2).
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/memory/memmap.hpp"

namespace folio::model {

// For a loop over pages that has nothing else to do with them.
struct LeavePage {
  void operator()(Page&) const {}
};

// How counters are changed: by RMW, or by load and store because the caller is the only writer.
enum class Update : std::uint8_t { atomic, plain };

// When the number of mapped pages is changed: for every page, or once per call (F4).
enum class PagesMapped : std::uint8_t { perPage, perCall };

// COMPOUND_MAPPED / ENTIRELY_MAPPED, and the bits below it.
inline constexpr std::int32_t entirelyMapped = 0x800000;
inline constexpr std::int32_t pagesMappedMask = entirelyMapped - 1;
// The pages of a folio must fit below the unit: 16 GiB are 2^22 pages.
inline constexpr unsigned largestFineCountsOrder = 22;

// Offsets of baseline (v6.7-rc1), of the series from patch 2 on, and of v6.15 (0.4).
struct LayoutV6_7 {
  using EntireMapcount = FolioField<std::int32_t, 1, 24>;
  using PagesMappedCount = FolioField<std::int32_t, 1, 28>;
};
struct LayoutSeries {
  using TotalMapcount = FolioField<std::int32_t, 1, 16>;
  using EntireMapcount = FolioField<std::int32_t, 1, 20>;
  using PagesMappedCount = FolioField<std::int32_t, 1, 24>;
};
struct LayoutV6_15 {
  using TotalMapcount = FolioField<std::int32_t, 1, 16>;
  using PagesMappedCount = FolioField<std::int32_t, 1, 20>;
  using EntireMapcount = FolioField<std::int32_t, 1, 24>;
};

// What a change of the entire mapcount means for the statistics: pages of huge mappings, pages
// newly (un)mapped.
struct EntireChange {
  std::int32_t hugePages = 0;
  std::int32_t pages = 0;
};

template <class A, class Layout, PagesMapped when = PagesMapped::perPage>
struct FineCounts {
  static std::int32_t& entire(Folio folio) { return Layout::EntireMapcount::of(folio); }
  static std::int32_t& pagesMapped(Folio folio) { return Layout::PagesMappedCount::of(folio); }

  static void initialise(Folio folio) {
    for (std::uint32_t i = 0; i < folio.pages; ++i) mapcountOf(folio.page(i)) = -1;
    entire(folio) = -1;
    pagesMapped(folio) = 0;
  }
  static bool isAtInitialValues(Folio folio) {
    for (std::uint32_t i = 0; i < folio.pages; ++i)
      if (A::load(mapcountOf(folio.page(i))) != -1) return false;
    return A::load(entire(folio)) == -1 && A::load(pagesMapped(folio)) == 0;
  }
  static void newEntire(Folio folio) {
    A::store(entire(folio), 0);
    A::store(pagesMapped(folio), entirelyMapped);
  }

  // Returns the pages that were not mapped before, neither by an entry of their own nor entirely.
  template <Update update>
  static std::int32_t addPages(Folio folio, PageRange range) {
    std::int32_t first = 0;
    std::int32_t newlyMapped = 0;
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      if (!incrementBecomesZero<update>(mapcountOf(folio.page(i)))) continue;
      ++first;
      if constexpr (when == PagesMapped::perPage)
        if (change<update>(pagesMapped(folio), 1) < entirelyMapped) ++newlyMapped;
    }
    if constexpr (when == PagesMapped::perCall)
      if (first > 0 && change<update>(pagesMapped(folio), first) < entirelyMapped)
        newlyMapped = first;
    return newlyMapped;
  }

  // Returns the pages that are not mapped any more.
  template <Update update>
  static std::int32_t removePages(Folio folio, PageRange range) {
    std::int32_t last = 0;
    std::int32_t unmapped = 0;
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      if (!decrementBecomesNegative<update>(mapcountOf(folio.page(i)))) continue;
      ++last;
      if constexpr (when == PagesMapped::perPage)
        if (change<update>(pagesMapped(folio), -1) < entirelyMapped) ++unmapped;
    }
    if constexpr (when == PagesMapped::perCall)
      if (last > 0 && change<update>(pagesMapped(folio), -last) < entirelyMapped) unmapped = last;
    return unmapped;
  }

  template <Update update>
  static EntireChange addEntire(Folio folio) {
    if (!incrementBecomesZero<update>(entire(folio))) return {};
    const std::int32_t mapped = change<update>(pagesMapped(folio), entirelyMapped);
    // Otherwise this ran ahead of the writer that takes the previous unit away.
    if (mapped >= 2 * entirelyMapped) return {};
    return {pagesOf(folio), uncovered(folio, mapped)};
  }

  template <Update update>
  static EntireChange removeEntire(Folio folio) {
    if (!decrementBecomesNegative<update>(entire(folio))) return {};
    const std::int32_t mapped = change<update>(pagesMapped(folio), -entirelyMapped);
    if (mapped >= entirelyMapped) return {};  // an add ran ahead
    return {pagesOf(folio), uncovered(folio, mapped)};
  }

  // `eachPage` is called with every page before it is counted.
  template <Update update, class EachPage = LeavePage>
  static void duplicatePages(Folio folio, PageRange range, EachPage eachPage = {}) {
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      eachPage(folio.page(i));
      increment<update>(mapcountOf(folio.page(i)));
    }
  }
  template <Update update>
  static void duplicateEntire(Folio folio) {
    increment<update>(entire(folio));
  }

  // Mappings of page 0: what estimates of sharing look at.
  static std::int32_t firstPageMapcount(Folio folio) {
    return A::load(mapcountOf(*folio.head)) + 1;
  }
  // The mapcount of the folio where nothing counts it as a whole (C.1).
  static std::int32_t scan(Folio folio) {
    std::int32_t mappings = entireMapcount(folio);
    if ((A::load(pagesMapped(folio)) & pagesMappedMask) == 0) return mappings;
    for (std::uint32_t i = 0; i < folio.pages; ++i)
      mappings += A::load(mapcountOf(folio.page(i))) + 1;
    return mappings;
  }
  static std::int32_t entireMapcount(Folio folio) { return A::load(entire(folio)) + 1; }

 private:
  static std::int32_t pagesOf(Folio folio) { return static_cast<std::int32_t>(folio.pages); }
  static std::int32_t uncovered(Folio folio, std::int32_t mapped) {
    return std::max(
        0,
        pagesOf(folio) - (mapped & pagesMappedMask));  // negative when raced with remove and add
  }

  template <Update update>
  static bool incrementBecomesZero(std::int32_t& count) {
    if constexpr (update == Update::atomic)
      return A::template incrementAndTest<Rmw::mapping>(count);
    return A::plainAdd(count, 1) == 0;
  }
  template <Update update>
  static bool decrementBecomesNegative(std::int32_t& count) {
    if constexpr (update == Update::atomic)
      return A::template decrementIsNegative<Rmw::mapping>(count);
    return A::plainAdd(count, -1) < 0;
  }
  template <Update update>
  static void increment(std::int32_t& count) {
    if constexpr (update == Update::atomic) {
      A::template add<Rmw::mapping>(count, 1);
    } else {
      A::plainAdd(count, 1);
    }
  }
  template <Update update>
  static std::int32_t change(std::int32_t& count, std::int32_t difference) {
    if constexpr (update == Update::atomic)
      return A::template addReturnRelaxed<Rmw::mapping>(count, difference);
    return A::plainAdd(count, difference);
  }
};

}  // namespace folio::model
