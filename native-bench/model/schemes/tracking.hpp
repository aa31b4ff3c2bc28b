// The rmap-ID series and everything between its stages: a free configuration of the parts that its
// patches added (specification D). The named stages are aliases of it in files of their own, so
// that a stage cannot drift from its parts.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "model/memory/deferred_split.hpp"
#include "model/memory/kernel_calls.hpp"
#include "model/memory/sub_ids.hpp"
#include "model/schemes/atomic_seqcount.hpp"
#include "model/schemes/fine_counts.hpp"
#include "model/schemes/ideas.hpp"
#include "model/schemes/reuse_rules.hpp"
#include "model/schemes/scheme.hpp"

namespace folio::model {

enum class Batching : std::uint8_t {
  none,
  remap,            // patches 12 to 14
  remapForkAndZap,  // as upstream did from v6.9 on
};

struct TrackingOptions {
  bool totalMapcount = true;
  RmapValues values = RmapValues::precomputed;
  ExclusiveWriter exclusiveWriter = ExclusiveWriter::off;
  SeqcountScope scope = SeqcountScope::rmapValues;
  Batching batching = Batching::none;
  bool pageMapcounts = true;  // without them statistics follow the total, as in F.7
  Form form =
      Form::sound;  // posted: the exclusive update of the 1-value class forgets the count (D.8)
  Idea idea = Idea::none;
};

// `SeqcountTemplate` and `SeqcountInteger` are the parts that tests exchange: the 32-bit layout,
// broken seqcounts.
template <class AccessType, TrackingOptions options,
          template <class, class, ExclusiveWriter> class SeqcountTemplate = AtomicSeqcount,
          class SeqcountInteger = std::uint64_t>
class Tracking {
 public:
  using Access = AccessType;
  static constexpr Idea idea = options.idea;
  using SequenceInteger =
      std::conditional_t<idea == Idea::squeezed, std::uint32_t, SeqcountInteger>;
  using Seqcount = std::conditional_t<
      idea == Idea::lock, LockedSequence<AccessType, SequenceInteger>,
      std::conditional_t<idea == Idea::totalInSequence, SequenceWithTotal<AccessType>,
                         SeqcountTemplate<AccessType, SequenceInteger, options.exclusiveWriter>>>;
  static constexpr bool hasTotalMapcount = options.totalMapcount;
  static constexpr RmapValues valueKind = options.values;
  static constexpr bool hasValues = options.values != RmapValues::none;
  // Whether a change of the entries that cover the folio changes the values.
  static constexpr bool tracksEntire = idea != Idea::entireUntracked;
  static constexpr bool allInside = options.scope == SeqcountScope::allMapcounts;

  static constexpr SchemeTraits traits{
      .batchesRemap = options.batching != Batching::none,
      .remapTakesAllReferences = options.batching != Batching::none,
      .batchesFork = options.batching == Batching::remapForkAndZap,
      .batchesForkReferences = options.batching == Batching::remapForkAndZap,
      .batchesZap = options.batching == Batching::remapForkAndZap,
      .batchesZapReferences = options.batching == Batching::remapForkAndZap,
      .looksUpFolioToDuplicate = options.totalMapcount,
  };

  static void initialise(Folio folio) {
    Fine::initialise(folio);
    if constexpr (hasTotalWord) total(folio) = -1;
    if constexpr (hasValues) {
      sequence(folio) = 0;
      for (unsigned g = 0; g < valuesOf(folio); ++g) valueField(folio, g) = 0;
    }
    if constexpr (idea == Idea::giveUp) ContendedSections::of(folio) = 0;
  }

  static bool isAtInitialValues(Folio folio) {
    bool initial = Fine::isAtInitialValues(folio);
    if constexpr (options.totalMapcount) initial = initial && totalMapcount(folio) == 0;
    if constexpr (hasValues) {
      initial = initial && !Seqcount::hasWriters(Seqcount::readPeek(sequence(folio)));
      // Values that were given up stay as they are until the folio is used again.
      for (unsigned g = 0; g < valuesOf(folio) && !isGivenUp(folio); ++g)
        initial = initial && A::load(valueField(folio, g)) == 0;
    }
    return initial;
  }

  static void newEntire(Task& task, Folio folio, const Mm& mm) {
    A::store(Fine::entire(folio), 0);
    if constexpr (options.pageMapcounts) A::store(Fine::pagesMapped(folio), entirelyMapped);
    if constexpr (hasTotalWord) A::store(total(folio), 0);
    if constexpr (idea == Idea::totalInSequence) Seqcount::setTotal(sequence(folio), 1);
    if constexpr (idea == Idea::giveUp) A::store(ContendedSections::of(folio), 0);
    if constexpr (hasValues && idea != Idea::entireUntracked)
      forEachValue(folio, mm, [](auto& value, std::uint64_t sub) { A::store(value, sub); });
    task.statistics.anonThps += folio.pages;
    task.statistics.anonMapped += folio.pages;
  }

  [[gnu::noinline]] static void addRange(Task& task, Folio folio, const Mm& mm, PageRange range) {
    A::functionCalled();
    const auto count = static_cast<std::int32_t>(range.count);
    std::int32_t newlyMapped = 0;
    std::int32_t newTotal = 0;
    if constexpr (!allInside && options.pageMapcounts)
      newlyMapped = Fine::template addPages<Update::atomic>(folio, range);
    section(folio, count, [&]<Update update>() {
      if constexpr (allInside && options.pageMapcounts)
        newlyMapped = Fine::template addPages<update>(folio, range);
      newTotal = changeTotalAndValues<update>(folio, mm, count);
    });
    if constexpr (!options.pageMapcounts) newlyMapped = newTotal == count ? pagesOf(folio) : 0;
    Stats::change(task, &Statistics::anonMapped, newlyMapped);
  }

  [[gnu::noinline]] static void removeRange(Task& task, Folio folio, const Mm& mm,
                                            PageRange range) {
    A::functionCalled();
    const auto count = static_cast<std::int32_t>(range.count);
    std::int32_t unmapped = 0;
    std::int32_t newTotal = 0;
    section(folio, -count, [&]<Update update>() {
      newTotal = changeTotalAndValues<update>(folio, mm, -count);
      if constexpr (allInside && options.pageMapcounts)
        unmapped = Fine::template removePages<update>(folio, range);
    });
    if constexpr (!allInside && options.pageMapcounts)
      unmapped = Fine::template removePages<Update::atomic>(folio, range);
    if constexpr (!options.pageMapcounts) unmapped = newTotal == 0 ? pagesOf(folio) : 0;
    Stats::change(task, &Statistics::anonMapped, -unmapped);
    if (becamePartiallyMapped(folio, unmapped, newTotal))
      task.queue.template add<A>(task, folio, false);
  }

  [[gnu::noinline]] static void addEntire(Task& task, Folio folio, const Mm& mm) {
    A::functionCalled();
    EntireChange change;
    std::int32_t newTotal = 0;
    if constexpr (!allInside) change = addEntireMapcount<Update::atomic>(folio);
    section(folio, 1, [&]<Update update>() {
      if constexpr (allInside) change = addEntireMapcount<update>(folio);
      newTotal = changeTotalAndValues<update, tracksEntire>(folio, mm, 1);
    });
    if constexpr (!options.pageMapcounts) change.pages = newTotal == 1 ? pagesOf(folio) : 0;
    Stats::change(task, &Statistics::anonThps, change.hugePages);
    Stats::change(task, &Statistics::anonMapped, change.pages);
  }

  [[gnu::noinline]] static void removeEntire(Task& task, Folio folio, const Mm& mm) {
    A::functionCalled();
    EntireChange change;
    std::int32_t newTotal = 0;
    section(folio, -1, [&]<Update update>() {
      newTotal = changeTotalAndValues<update, tracksEntire>(folio, mm, -1);
      if constexpr (allInside) change = removeEntireMapcount<update>(folio);
    });
    if constexpr (!allInside) change = removeEntireMapcount<Update::atomic>(folio);
    bool partially = change.pages > 0 && change.pages < change.hugePages;
    if constexpr (!options.pageMapcounts) {
      change.pages = newTotal == 0 ? pagesOf(folio) : 0;
      partially = change.hugePages > 0 && newTotal > 0 && newTotal < pagesOf(folio);
    }
    Stats::change(task, &Statistics::anonThps, -change.hugePages);
    Stats::change(task, &Statistics::anonMapped, -change.pages);
    if (partially) task.queue.template add<A>(task, folio, false);
  }

  [[gnu::always_inline]] static void duplicateRange(Task&, Folio folio, const Mm& child,
                                                    PageRange range) {
    if constexpr (!allInside && options.pageMapcounts)
      Fine::template duplicatePages<Update::atomic>(folio, range);
    section(folio, static_cast<std::int32_t>(range.count), [&]<Update update>() {
      if constexpr (allInside && options.pageMapcounts)
        Fine::template duplicatePages<update>(folio, range);
      changeTotalAndValues<update>(folio, child, static_cast<std::int32_t>(range.count));
    });
  }

  [[gnu::always_inline]] static void duplicateEntire(Task&, Folio folio, const Mm& child) {
    if constexpr (!allInside) Fine::template duplicateEntire<Update::atomic>(folio);
    section(folio, 1, [&]<Update update>() {
      if constexpr (allInside) Fine::template duplicateEntire<update>(folio);
      changeTotalAndValues<update, tracksEntire>(folio, child, 1);
    });
  }

  static void remapRange(Task& task, Folio folio, const Mm& mm, PageRange range) {
    addRange(task, folio, mm, range);
  }
  static void remapFinish(Task& task, Folio folio, const Mm& mm) { removeEntire(task, folio, mm); }

  static Answer mappedShared(Folio folio, const Mm& mm) {
    if constexpr (!options.totalMapcount) {
      // C.6: mappings of the first page, and nothing else.
      const bool several = Fine::firstPageMapcount(folio) + Fine::entireMapcount(folio) > 1;
      return several ? maybeShared : probablyExclusive;
    } else {
      const std::int32_t mappings = totalMapcount(folio);
      if (mappings == 1) return certainlyExclusive;
      const std::int32_t entire = Fine::entireMapcount(folio);
      if (entire > 1 || mappings > pagesOf(folio) + 1) return certainlyShared;
      // "Shared" here as well, but one mm has as many in the middle of its own remap (D.7.4).
      if (entire == 1) return maybeShared;
      if constexpr (hasValues) {
        return answerOfValues(folio, mm);
      } else {
        if (mappings > pagesOf(folio)) return maybeShared;
        // D.2: of "true" it is sure.
        return Fine::firstPageMapcount(folio) > 1 ? certainlyShared : probablyExclusive;
      }
    }
  }

  static Reuse reuse(Task&, Folio folio, Mm& mm, std::uint32_t) {
    if constexpr (!hasValues) {
      return reuseWhenOnlyReference<A>(folio);
    } else {
      // D.6.2: loads only, no retry: any doubt means copy.
      const auto seen = Seqcount::readPeek(sequence(folio));
      if (Seqcount::hasWriters(seen)) return Reuse::no;
      const std::int32_t mappings = totalMapcount(folio);
      if (mappings > pagesOf(folio) || Fine::entireMapcount(folio) > 0) return Reuse::no;
      if (A::load(folio.refcount()) != mappings) return Reuse::no;
      if (isGivenUp(folio) || valuesDifference(folio, mm, mappings) != 0) return Reuse::no;
      return Seqcount::readRetry(sequence(folio), seen) ? Reuse::no : Reuse::page;
    }
  }

  static std::int32_t totalMapcount(Folio folio) {
    if constexpr (idea == Idea::totalInSequence) {
      return Seqcount::total(sequence(folio));
    } else {
      return A::load(total(folio)) + 1;
    }
  }

  // D.2: in one word, or as in C.6.
  static std::int32_t mapcount(Folio folio) {
    if constexpr (hasTotalMapcount) {
      return totalMapcount(folio);
    } else {
      return Fine::scan(folio);
    }
  }

  // What tests look at: how many values a folio has, and each of them.
  static unsigned valuesOf(Folio folio) {
    if constexpr (idea == Idea::narrow) return classNarrow.values;
    return valueClassFor(options.values, options.form, folio.order).values;
  }
  static auto& valueField(Folio folio, unsigned g) {
    if constexpr (idea == Idea::spread) {
      return fieldAt<std::uint64_t>(folio.page(3 + g), 16);
    } else if constexpr (idea == Idea::squeezed) {
      return fieldAt<std::uint64_t>(folio.page(3), 24 + 8 * g);
    } else if constexpr (idea == Idea::narrow) {
      return fieldAt<std::uint32_t>(folio.page(3), 16 + 4 * g);
    } else {
      return fieldAt<std::uint64_t>(folio.page(3 + g / 4), 16 + 8 * (g % 4));
    }
  }
  static bool isGivenUp(Folio folio) {
    if constexpr (idea != Idea::giveUp) return false;
    return A::load(ContendedSections::of(folio)) >= mostContendedSections;
  }

 private:
  using A = Access;
  using Stats = StatisticsCalls<A>;
  using Layout = std::conditional_t<options.totalMapcount, LayoutSeries, LayoutV6_7>;
  using Fine = FineCounts<A, Layout>;

  static_assert(!hasValues || options.totalMapcount, "values are compared with the total mapcount");
  static_assert(options.pageMapcounts || options.totalMapcount,
                "something must count the mappings");
  static_assert(hasValues || !allInside, "without rmap values there is no section");

  static constexpr bool hasTotalWord = options.totalMapcount && idea != Idea::totalInSequence;
  using Place = TrackingLayout<
      idea == Idea::spread || idea == Idea::squeezed || idea == Idea::narrow ? idea : Idea::none>;

  static std::int32_t& total(Folio folio) { return Place::Total::of(folio); }
  static SequenceInteger& sequence(Folio folio) {
    return Place::template Sequence<SequenceInteger>::of(folio);
  }
  static std::int32_t pagesOf(Folio folio) { return static_cast<std::int32_t>(folio.pages); }

  // `count` is what the body adds to the total.
  template <class Body>
  static void section(Folio folio, [[maybe_unused]] std::int32_t count, Body body) {
    if constexpr (!hasValues) {
      body.template operator()<Update::atomic>();
    } else if constexpr (idea == Idea::lock) {
      Seqcount::begin(sequence(folio));
      body.template operator()<Update::plain>();
      Seqcount::end(sequence(folio), true);
    } else if constexpr (idea == Idea::totalInSequence) {
      Seqcount::begin(sequence(folio));
      body.template operator()<Update::atomic>();
      Seqcount::end(sequence(folio), count);
    } else {
      const bool exclusive = Seqcount::begin(sequence(folio));
      if constexpr (options.exclusiveWriter == ExclusiveWriter::off) {
        body.template operator()<Update::atomic>();
      } else if (exclusive) {
        __builtin_prefetch(&Place::template Value<0>::of(folio), 1);
        if constexpr (idea != Idea::squeezed && idea != Idea::narrow)
          if (folio.order > class4.largestOrder)
            __builtin_prefetch(&Place::template Value<4>::of(folio), 1);
#ifdef FOLIO_TEST_SLOW_EXCLUSIVE
        waitSpinning();
#endif
        body.template operator()<Update::plain>();
      } else {
        if constexpr (idea == Idea::giveUp) noteContention(folio);
        body.template operator()<Update::atomic>();
      }
      Seqcount::end(sequence(folio), exclusive);
    }
  }

#ifdef FOLIO_TEST_SLOW_EXCLUSIVE
  // Some 4 us: half of a remap, which enters the section once for all pages of a folio, and far
  // more than the RMWs that an exclusive writer saves take anywhere. Only in builds that try the
  // advice.
  static void waitSpinning() {
    for (int i = 0; i < 12000; ++i) asm volatile("" ::: "memory");
  }
#endif

  // In a section, so that no reader overlooks that the values end.
  static void noteContention(Folio folio) {
    if (!isGivenUp(folio)) A::template add<Rmw::mapping>(ContendedSections::of(folio), 1);
  }

  // Returns the new total where statistics depend on it, otherwise 0.
  template <Update update, bool tracked = true>
  static std::int32_t changeTotalAndValues(Folio folio, const Mm& mm, std::int32_t count) {
    if constexpr (!options.totalMapcount) {
      return 0;
    } else {
      std::int32_t newTotal = 0;
      if constexpr (update == Update::plain) {
        newTotal = A::plainAdd(total(folio), count) + 1;
      } else if constexpr (!hasTotalWord) {
        // Changed by the end of the section.
      } else if constexpr (options.pageMapcounts) {
        A::template add<Rmw::mapping>(total(folio), count);
      } else {
        newTotal = A::template addReturnRelaxed<Rmw::mapping>(total(folio), count) + 1;
      }
      if constexpr (hasValues && tracked)
        if (!isGivenUp(folio)) changeValues<update>(folio, mm, count);
      return newTotal;
    }
  }

  // __folio_add_large_rmap_val(), and with plain updates __folio_add_large_rmap_val_exclusive(): in
  // the section, a call into another file.
  template <Update update>
  FOLIO_KERNEL_CALL static void changeValues(Folio folio, const Mm& mm, std::int32_t count) {
    A::functionCalled();
    const auto factor =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(count));  // modulo 2^64 (D.3.3)
    forEachValue(folio, mm, [&](auto& value, std::uint64_t sub) {
      if constexpr (idea == Idea::skipZero)
        if (sub == 0) return;
      if constexpr (update == Update::atomic) {
        A::template add<Rmw::mapping>(value, sub * factor);
      } else if constexpr (options.form == Form::posted) {
        A::plainAdd(value, folio.order == class1.largestOrder ? sub : sub * factor);
      } else {
        A::plainAdd(value, sub * factor);
      }
    });
  }

  template <Update update>
  static EntireChange addEntireMapcount(Folio folio) {
    if constexpr (options.pageMapcounts) return Fine::template addEntire<update>(folio);
    return {changeEntireBecomes<update>(folio, 1) == 0 ? pagesOf(folio) : 0, 0};
  }
  template <Update update>
  static EntireChange removeEntireMapcount(Folio folio) {
    if constexpr (options.pageMapcounts) return Fine::template removeEntire<update>(folio);
    return {changeEntireBecomes<update>(folio, -1) < 0 ? pagesOf(folio) : 0, 0};
  }
  template <Update update>
  static std::int32_t changeEntireBecomes(Folio folio, std::int32_t difference) {
    if constexpr (update == Update::atomic)
      return A::template addReturnRelaxed<Rmw::mapping>(Fine::entire(folio), difference);
    return A::plainAdd(Fine::entire(folio), difference);
  }

  // C.3 queues at every page that becomes unmapped, even the last one of the folio; with batched
  // zap the rule is that of F.2 ("and something is still mapped"), without per-page mapcounts that
  // of F.7.
  static bool becamePartiallyMapped(Folio folio, std::int32_t unmapped, std::int32_t newTotal) {
    if constexpr (!options.pageMapcounts)
      return newTotal > 0 && newTotal < pagesOf(folio) && Fine::entireMapcount(folio) == 0;
    if constexpr (options.batching == Batching::remapForkAndZap)
      return unmapped > 0 && A::load(Fine::pagesMapped(folio)) != 0;
    return unmapped > 0;
  }

  static Answer answerOfValues(Folio folio, const Mm& mm) {
    for (;; A::readAgain()) {
      const auto seen = Seqcount::readBegin(sequence(folio));
      const std::int32_t mappings = totalMapcount(folio);
      // More than P is "shared" without another look. What makes P + 1 certain is that nothing
      // maps the folio entirely at that instant (D.7.4); more are a fact of any instant.
      if (mappings > pagesOf(folio) + 1) return certainlyShared;
      if (mappings > pagesOf(folio)) {
        const bool remapped = Fine::entireMapcount(folio) > 0;
        return remapped || Seqcount::readRetry(sequence(folio), seen) ? maybeShared
                                                                      : certainlyShared;
      }
      if (isGivenUp(folio)) return maybeShared;
      const std::uint64_t difference = valuesDifference(folio, mm, mappings);
      if (!Seqcount::readRetry(sequence(folio), seen))
        return difference == 0 ? certainlyExclusive : certainlyShared;
    }
  }

  // __folio_has_large_matching_rmap_val()
  FOLIO_KERNEL_CALL static std::uint64_t valuesDifference(Folio folio, const Mm& mm,
                                                          std::int32_t mappings) {
    A::functionCalled();
    std::uint64_t difference = 0;
    forEachValue(folio, mm, [&]<class Value>(Value& value, std::uint64_t sub) {
      difference |= A::load(value) ^ static_cast<Value>(sub * static_cast<std::uint64_t>(mappings));
    });
    return difference;
  }

  template <class Table, class Visit, std::size_t... group>
  static void visitTable(Folio folio, const ValueClass& valueClass, std::uint32_t id,
                         const Table& table, Visit visit, std::index_sequence<group...>) {
    (visit(Place::template Value<group>::of(folio), table[idGroup(valueClass, id, group)]), ...);
  }
  template <class SubIds, class Visit, std::size_t... group>
  static void visitPrecomputed(Folio folio, const SubIds& subIds, Visit visit,
                               std::index_sequence<group...>) {
    (visit(Place::template Value<group>::of(folio), subIds[group]), ...);
  }

  // visit(value, sub-ID of mm) for every value of the folio's class.
  template <class Visit>
  static void forEachValue(Folio folio, const Mm& mm, Visit visit) {
    const MmRmapId& id = mm.rmapId;
    if constexpr (idea == Idea::narrow)
      return visitTable(folio, classNarrow, id.id, classNarrowTable, visit,
                        std::make_index_sequence<classNarrow.values>());
    if constexpr (options.values == RmapValues::precomputed) {
      if (folio.order <= class1.largestOrder)
        return visitPrecomputed(folio, id.class1SubIds, visit, std::make_index_sequence<1>());
      if (folio.order <= class2.largestOrder)
        return visitPrecomputed(folio, id.class2SubIds, visit, std::make_index_sequence<2>());
      if (folio.order <= class3.largestOrder)
        return visitPrecomputed(folio, id.class3SubIds, visit, std::make_index_sequence<3>());
    }
    if constexpr (idea == Idea::squeezed || idea == Idea::narrow) {
      __builtin_unreachable();  // order 9 is their last
    } else {
      if (folio.order <= class4.largestOrder)
        return visitTable(folio, class4, id.id, class4Table, visit, std::make_index_sequence<4>());
      if (folio.order <= class5.largestOrder)
        return visitTable(folio, class5, id.id, class5Table, visit, std::make_index_sequence<5>());
      if (folio.order <= class6.largestOrder)
        return visitTable(folio, class6, id.id, class6Table, visit, std::make_index_sequence<6>());
      if (folio.order <= class8.largestOrder)
        return visitTable(folio, class8, id.id, class8Table, visit, std::make_index_sequence<8>());
      visitTable(folio, class12, id.id, class12Table, visit, std::make_index_sequence<12>());
    }
  }
};

}  // namespace folio::model
