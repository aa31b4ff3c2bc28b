// `upstream-6.12`: the number of mapped pages updated once per call, known partially mapped folios
// not queued again (specification F.2, step F4).
#pragma once

#include "model/schemes/upstream.hpp"

namespace folio::model {

inline constexpr UpstreamOptions upstream6_12Options{
    .batchesForkAndZap = true,
    .largeMapcount = true,
    .pagesMapped = PagesMapped::perCall,
    .marksPartiallyMapped = true,
};

template <class A>
using Upstream6_12 = Upstream<A, upstream6_12Options>;

}  // namespace folio::model
