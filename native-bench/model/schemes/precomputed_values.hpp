// Stage `123` of the rmap-ID series: 1 to 3 rmap values, sub-IDs kept in the mm (specification
// D.3).
#pragma once

#include "model/schemes/tracking.hpp"

namespace folio::model {

inline constexpr TrackingOptions precomputedValuesOptions{
    .values = RmapValues::precomputed,
};

template <class A>
using PrecomputedValues = Tracking<A, precomputedValuesOptions>;

}  // namespace folio::model
