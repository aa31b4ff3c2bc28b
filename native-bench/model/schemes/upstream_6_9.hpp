// `upstream-6.9`: fork and zap batched per folio (specification F.2, step F2).
#pragma once

#include "model/schemes/upstream.hpp"

namespace folio::model {

inline constexpr UpstreamOptions upstream6_9Options{.batchesForkAndZap = true};

template <class A>
using Upstream6_9 = Upstream<A, upstream6_9Options>;

}  // namespace folio::model
