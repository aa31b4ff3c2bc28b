// The steps F1 to F4 that upstream took after the series: v6.8, v6.9, v6.10, v6.12 (specification
// F.2). The releases are aliases in files of their own.
#pragma once

#include <cstdint>
#include <type_traits>

#include "model/memory/deferred_split.hpp"
#include "model/memory/kernel_calls.hpp"
#include "model/schemes/fine_counts.hpp"
#include "model/schemes/scheme.hpp"

namespace folio::model {

struct UpstreamOptions {
  bool batchesForkAndZap = false;                  // F2
  bool largeMapcount = false;                      // F3
  PagesMapped pagesMapped = PagesMapped::perPage;  // F4: perCall
  bool marksPartiallyMapped =
      false;  // F4: a folio known to be partially mapped is not queued again
};

template <class AccessType, UpstreamOptions options>
class Upstream {
 public:
  using Access = AccessType;
  static constexpr bool hasTotalMapcount = options.largeMapcount;
  static constexpr SchemeTraits traits{
      .batchesRemap = true,
      .batchesFork = options.batchesForkAndZap,
      .batchesForkReferences = options.batchesForkAndZap,
      .visitsPagesAtFork = options.batchesForkAndZap,
      .batchesZap = options.batchesForkAndZap,
      .batchesZapReferences = options.batchesForkAndZap,
      .writesRemappedEntriesAtOnce = true,
      .folioLookupsToZap = options.largeMapcount ? 1 : 2,
  };

  static void initialise(Folio folio) {
    Fine::initialise(folio);
    if constexpr (options.largeMapcount) large(folio) = -1;
  }
  static bool isAtInitialValues(Folio folio) {
    if constexpr (options.largeMapcount)
      if (A::load(large(folio)) != -1) return false;
    return Fine::isAtInitialValues(folio);
  }

  static void newEntire(Task& task, Folio folio, const Mm&) {
    Fine::newEntire(folio);
    if constexpr (options.largeMapcount) A::store(large(folio), 0);
    task.statistics.anonThps += folio.pages;
    task.statistics.anonMapped += folio.pages;
  }

  [[gnu::noinline]] static void addRange(Task& task, Folio folio, const Mm&, PageRange range) {
    A::functionCalled();
    const std::int32_t newlyMapped = Fine::template addPages<Update::atomic>(folio, range);
    changeLarge(folio, static_cast<std::int32_t>(range.count));
    Stats::change(task, &Statistics::anonMapped, newlyMapped);
  }
  [[gnu::noinline]] static void removeRange(Task& task, Folio folio, const Mm&, PageRange range) {
    A::functionCalled();
    changeLarge(folio, -static_cast<std::int32_t>(range.count));
    const std::int32_t unmapped = Fine::template removePages<Update::atomic>(folio, range);
    Stats::change(task, &Statistics::anonMapped, -unmapped);
    if (unmapped > 0 && A::load(Fine::pagesMapped(folio)) != 0) queue(task, folio);
  }
  [[gnu::noinline]] static void addEntire(Task& task, Folio folio, const Mm&) {
    A::functionCalled();
    const EntireChange change = Fine::template addEntire<Update::atomic>(folio);
    changeLarge(folio, 1);
    Stats::change(task, &Statistics::anonThps, change.hugePages);
    Stats::change(task, &Statistics::anonMapped, change.pages);
  }
  [[gnu::noinline]] static void removeEntire(Task& task, Folio folio, const Mm&) {
    A::functionCalled();
    changeLarge(folio, -1);
    const EntireChange change = Fine::template removeEntire<Update::atomic>(folio);
    Stats::change(task, &Statistics::anonThps, -change.hugePages);
    Stats::change(task, &Statistics::anonMapped, -change.pages);
    if (change.pages > 0 && change.pages < change.hugePages) queue(task, folio);
  }
  template <class EachPage = LeavePage>
  [[gnu::always_inline]] static void duplicateRange(Task&, Folio folio, const Mm&, PageRange range,
                                                    EachPage eachPage = {}) {
    Fine::template duplicatePages<Update::atomic>(folio, range, eachPage);
    changeLarge(folio, static_cast<std::int32_t>(range.count));
  }
  [[gnu::always_inline]] static void duplicateEntire(Task&, Folio folio, const Mm&) {
    Fine::template duplicateEntire<Update::atomic>(folio);
    changeLarge(folio, 1);
  }
  static void remapRange(Task& task, Folio folio, const Mm& mm, PageRange range) {
    addRange(task, folio, mm, range);
  }
  static void remapFinish(Task& task, Folio folio, const Mm& mm) { removeEntire(task, folio, mm); }

  static Answer mappedShared(Folio folio, const Mm&) {
    if constexpr (options.largeMapcount) {
      const std::int32_t mappings = A::load(large(folio)) + 1;
      if (mappings <= 1) return certainlyExclusive;
      const std::int32_t entire = Fine::entireMapcount(folio);
      const auto pages = static_cast<std::int32_t>(folio.pages);
      if (entire > 1 || mappings > pages + 1) return certainlyShared;
      // "Shared" as well, but one mm has as many in the middle of its own remap (D.7.4).
      if (entire == 1 || mappings > pages) return maybeShared;
      return Fine::firstPageMapcount(folio) > 1 ? maybeShared : probablyExclusive;
    } else {
      return Fine::firstPageMapcount(folio) + Fine::entireMapcount(folio) > 1 ? maybeShared
                                                                              : probablyExclusive;
    }
  }

  static std::int32_t mapcount(Folio folio) {
    if constexpr (options.largeMapcount) {
      return totalMapcount(folio);
    } else {
      return Fine::scan(folio);
    }
  }

  // Every large folio is refused, so that it is freed earlier (C.5, model decision
  // reuse_last_subpage).
  static Reuse reuse(Task&, Folio, Mm&, std::uint32_t) { return Reuse::no; }

  static std::int32_t totalMapcount(Folio folio) { return A::load(large(folio)) + 1; }

 private:
  using A = Access;
  using Stats = StatisticsCalls<A>;
  using Layout = std::conditional_t<options.largeMapcount, LayoutSeries, LayoutV6_7>;
  using Fine = FineCounts<A, Layout, options.pagesMapped>;

  static std::int32_t& large(Folio folio) { return LayoutSeries::TotalMapcount::of(folio); }
  static void changeLarge(Folio folio, std::int32_t difference) {
    if constexpr (options.largeMapcount) A::template add<Rmw::mapping>(large(folio), difference);
  }
  static void queue(Task& task, Folio folio) {
    if constexpr (options.marksPartiallyMapped)
      if ((A::load(flagsOf(folio.page(1))) & flag::partiallyMapped) != 0) return;
    task.queue.template add<A>(task, folio, options.marksPartiallyMapped);
  }
};

}  // namespace folio::model
