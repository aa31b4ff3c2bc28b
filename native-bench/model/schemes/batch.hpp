// Stage `batch` of the rmap-ID series: one accounting call per remap (specification D.5.2).
#pragma once

#include "model/schemes/tracking.hpp"

namespace folio::model {

inline constexpr TrackingOptions batchOptions{
    .values = RmapValues::precomputed,
    .batching = Batching::remap,
};

template <class A>
using Batch = Tracking<A, batchOptions>;

}  // namespace folio::model
