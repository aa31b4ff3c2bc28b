// Stage `baseline` of the rmap-ID series: v6.7-rc1, per-page mapcounts and the number of mapped
// pages (specification C).
#pragma once

#include "model/schemes/tracking.hpp"

namespace folio::model {

inline constexpr TrackingOptions baselineOptions{
    .totalMapcount = false,
    .values = RmapValues::none,
};

template <class A>
using Baseline = Tracking<A, baselineOptions>;

}  // namespace folio::model
