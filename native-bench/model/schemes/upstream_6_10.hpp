// `upstream-6.10`: a large mapcount, one RMW per call (specification F.2, step F3).
#pragma once

#include "model/schemes/upstream.hpp"

namespace folio::model {

inline constexpr UpstreamOptions upstream6_10Options{.batchesForkAndZap = true,
                                                     .largeMapcount = true};

template <class A>
using Upstream6_10 = Upstream<A, upstream6_10Options>;

}  // namespace folio::model
