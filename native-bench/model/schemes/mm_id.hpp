// `mm-id`: v6.15, owner tracking with per-page mapcounts (specification F.4 to F.8, step F5).
#pragma once

#include "model/schemes/owner_tracking.hpp"

namespace folio::model {

template <class A>
using MmId = OwnerTracking<A, CountedToo::pagesAndEntire>;

}  // namespace folio::model
