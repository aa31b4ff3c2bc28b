// `batch-zap`: one removal per run of entries when a zap meets a large folio, and a queueing
// condition that is evaluated once per run (specification E). All else is baseline.
#pragma once

#include "model/schemes/baseline.hpp"

namespace folio::model {

template <class AccessType>
class BatchZap : public Baseline<AccessType> {
 public:
  using Access = AccessType;
  static constexpr SchemeTraits traits{
      .batchesZap = true, .holdsReferenceDuringZap = true, .knowsShadowStacks = false};

  [[gnu::noinline]] static void removeRange(Task& task, Folio folio, const Mm&, PageRange range) {
    A::functionCalled();
    std::int32_t gone = 0;
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
      if (A::template decrementIsNegative<Rmw::mapping>(mapcountOf(folio.page(i)))) ++gone;
    // Unconditional, even for gone == 0 (E.2).
    const std::int32_t mappedAfter =
        A::template addReturnRelaxed<Rmw::mapping>(Fine::pagesMapped(folio), -gone);
    if (gone == 0 || mappedAfter >= entirelyMapped) return;
    Stats::change(task, &Statistics::anonMapped, -gone);
    if (mappedAfter != 0) task.queue.template add<A>(task, folio, false);
  }

 private:
  using A = Access;
  using Stats = StatisticsCalls<A>;
  using Fine = FineCounts<A, LayoutV6_7>;
};

}  // namespace folio::model
