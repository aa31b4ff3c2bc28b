// Stage `rmap-id` of the rmap-ID series: 4 to 6 rmap values from tables under the atomic seqcount
// (specification D.1 to D.6).
#pragma once

#include "model/schemes/tracking.hpp"

namespace folio::model {

inline constexpr TrackingOptions rmapIdOptions{
    .values = RmapValues::table,
};

template <class A>
using RmapId = Tracking<A, rmapIdOptions>;

}  // namespace folio::model
