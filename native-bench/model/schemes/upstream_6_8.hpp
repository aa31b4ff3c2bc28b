// `upstream-6.8`: baseline counters, remap batched (specification F.2, step F1).
#pragma once

#include "model/schemes/upstream.hpp"

namespace folio::model {

inline constexpr UpstreamOptions upstream6_8Options{};

template <class A>
using Upstream6_8 = Upstream<A, upstream6_8Options>;

}  // namespace folio::model
