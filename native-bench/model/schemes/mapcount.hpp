// Stage `mapcount` of the rmap-ID series: a total mapcount on top of baseline (specification D.2).
#pragma once

#include "model/schemes/tracking.hpp"

namespace folio::model {

inline constexpr TrackingOptions mapcountOptions{
    .totalMapcount = true,
    .values = RmapValues::none,
};

template <class A>
using Mapcount = Tracking<A, mapcountOptions>;

}  // namespace folio::model
