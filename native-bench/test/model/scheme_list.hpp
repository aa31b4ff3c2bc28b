// Every scheme with what the specification claims for it. A new scheme is tested by being listed
// here.
#pragma once

#include "model/schemes/all.hpp"
#include "model/schemes/baseline.hpp"
#include "model/schemes/batch.hpp"
#include "model/schemes/batch_zap.hpp"
#include "model/schemes/copy_around.hpp"
#include "model/schemes/double_map.hpp"
#include "model/schemes/exclusive.hpp"
#include "model/schemes/mapcount.hpp"
#include "model/schemes/mm_id.hpp"
#include "model/schemes/mm_id_mapped_pages.hpp"
#include "model/schemes/mm_id_no_page_mapcount.hpp"
#include "model/schemes/mthp_reuse.hpp"
#include "model/schemes/nocmpxchg.hpp"
#include "model/schemes/precomputed_values.hpp"
#include "model/schemes/rmap_id.hpp"
#include "model/schemes/upstream_6_10.hpp"
#include "model/schemes/upstream_6_12.hpp"
#include "model/schemes/upstream_6_8.hpp"
#include "model/schemes/upstream_6_9.hpp"
#include "model/schemes/vma_count.hpp"
#include "oracle.hpp"

namespace folio::model::test {

inline constexpr Claims exactClaims{Claim::exact, ReuseClaim::exclusive, StatisticsClaim::perPage};
inline constexpr Claims exactWithoutPageMapcounts{Claim::exact, ReuseClaim::exclusive,
                                                  StatisticsClaim::perFolio};

constexpr TrackingOptions without(TrackingOptions options) {
  options.pageMapcounts = false;
  return options;
}

// Every idea, on top of one stage at least. visit.template operator()<S>(name, claims)
template <class Visit>
void forEachIdea(Visit visit) {
  using A = Measured;
  constexpr auto options = [](Idea idea, ExclusiveWriter writer, SeqcountScope scope) {
    TrackingOptions result = batchOptions;
    result.idea = idea;
    result.exclusiveWriter = writer;
    result.scope = scope;
    return result;
  };
  using enum ExclusiveWriter;
  using enum SeqcountScope;
  visit.template operator()<Tracking<A, options(Idea::none, off, allMapcounts)>>(
      "batch, all mapcounts inside", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::skipZero, off, rmapValues)>>(
      "batch, skip-zero", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::skipZero, addReturn, allMapcounts)>>(
      "all, skip-zero", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::lock, off, rmapValues)>>("batch, lock",
                                                                               exactClaims);
  visit.template operator()<Tracking<A, options(Idea::lock, off, allMapcounts)>>("all, lock",
                                                                                 exactClaims);
  visit.template operator()<Tracking<A, options(Idea::entireUntracked, off, rmapValues)>>(
      "batch, entire-untracked", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::entireUntracked, addReturn, allMapcounts)>>(
      "all, entire-untracked", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::totalInSequence, off, rmapValues)>>(
      "batch, total-in-sequence", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::spread, cmpxchg, rmapValues)>>(
      "exclusive, spread", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::squeezed, addReturn, allMapcounts)>>(
      "all, squeezed", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::narrow, off, rmapValues)>>("batch, narrow",
                                                                                 exactClaims);
  visit.template operator()<Tracking<A, options(Idea::narrow, addReturn, allMapcounts)>>(
      "all, narrow", exactClaims);
  visit.template operator()<Tracking<A, options(Idea::giveUp, cmpxchg, rmapValues)>>(
      "exclusive, give-up", exactClaims);
}

// visit.template operator()<S>(name, claims)
template <class Visit>
void forEachScheme(Visit visit) {
  using A = Measured;
  using enum Claim;
  using S = StatisticsClaim;
  using R = ReuseClaim;
  visit.template operator()<DoubleMap<A>>("double-map",
                                          Claims{firstPage, R::onlyReference, S::onlyBalanced});
  visit.template operator()<DoubleMap<A, DoubleMapReuse::scan>>(
      "double-map:reuse=scan", Claims{firstPage, R::pageScan, S::onlyBalanced});
  visit.template operator()<VmaCount<A>>("vma-count",
                                         Claims{vmaCount, R::exclusive, S::folioWithoutHuge});
  visit.template operator()<Baseline<A>>("baseline",
                                         Claims{firstPage, R::onlyReference, S::perPage});
  visit.template operator()<Mapcount<A>>("mapcount",
                                         Claims{totalOrGuess, R::onlyReference, S::perPage});
  visit.template operator()<RmapId<A>>("rmap-id", exactClaims);
  visit.template operator()<PrecomputedValues<A>>("123", exactClaims);
  visit.template operator()<Batch<A>>("batch", exactClaims);
  visit.template operator()<Exclusive<A>>("exclusive", exactClaims);
  visit.template operator()<NoCmpxchg<A>>("nocmpxchg", exactClaims);
  visit.template operator()<All<A>>("all", exactClaims);
  visit.template operator()<Tracking<A, allOptions(Form::sound), AtomicSeqcount, std::uint32_t>>(
      "all, 32-bit seqcount", exactClaims);
  visit.template operator()<Tracking<A, without(allOptions(Form::sound))>>(
      "all without page mapcounts", exactWithoutPageMapcounts);
  visit.template operator()<Tracking<A, without(rmapIdOptions)>>("rmap-id without page mapcounts",
                                                                 exactWithoutPageMapcounts);
  visit.template operator()<BatchZap<A>>("batch-zap",
                                         Claims{firstPage, R::onlyReference, S::perPage});
  visit.template operator()<Upstream6_8<A>>("upstream-6.8",
                                            Claims{firstPage, R::never, S::perPage});
  visit.template operator()<Upstream6_9<A>>("upstream-6.9",
                                            Claims{firstPage, R::never, S::perPage});
  visit.template operator()<Upstream6_10<A>>("upstream-6.10",
                                             Claims{likelyShared, R::never, S::perPage});
  visit.template operator()<Upstream6_12<A>>("upstream-6.12",
                                             Claims{likelyShared, R::never, S::perPage});
  visit.template operator()<MmId<A>>("mm-id", Claims{owners, R::owners, S::perPage});
  visit.template operator()<MmIdNoPageMapcount<A>>("mm-id-nopagemapcount",
                                                   Claims{owners, R::owners, S::perFolio});
  visit.template operator()<MmIdMappedPages<A>>("mm-id-mapped-pages",
                                                Claims{owners, R::owners, S::perFolio});
  forEachIdea(visit);
  visit.template operator()<MthpReuse<A>>("mthp-reuse",
                                          Claims{likelyShared, R::wholeFolio, S::perPage});
  visit.template operator()<MthpReuse<A, ReusedEntries::atOnce>>(
      "mthp-reuse:set=batch", Claims{likelyShared, R::wholeFolio, S::perPage});
  // What they differ in from mm-id is in their faults, which have tests of their own.
  visit.template operator()<CopyAround<MmId<A>, 2>>("mm-id:copy=2",
                                                    Claims{owners, R::owners, S::perPage});
  visit.template operator()<CopyAround<MmId<A>, 4>>("mm-id:copy=4",
                                                    Claims{owners, R::owners, S::perPage});
  visit.template operator()<CopyAround<MmId<A>, 8>>("mm-id:copy=8",
                                                    Claims{owners, R::owners, S::perPage});
  visit.template operator()<CopyAround<MmId<A>, 16>>("mm-id:copy=16",
                                                     Claims{owners, R::owners, S::perPage});
}

}  // namespace folio::model::test
