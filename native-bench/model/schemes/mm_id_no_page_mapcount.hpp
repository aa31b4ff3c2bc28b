// `mm-id-nopagemapcount`: v6.15, owner tracking without per-page mapcounts (specification F.4 to
// F.8, step F6).
#pragma once

#include "model/schemes/owner_tracking.hpp"

namespace folio::model {

template <class A>
using MmIdNoPageMapcount = OwnerTracking<A, CountedToo::entire>;

}  // namespace folio::model
