// `mm-id-mapped-pages`: proposed in April 2026, owner tracking without per-page mapcounts, and the
// number of mapped pages instead of an entire mapcount (specification F.9).
#pragma once

#include "model/schemes/owner_tracking.hpp"

namespace folio::model {

template <class A>
using MmIdMappedPages = OwnerTracking<A, CountedToo::mappedPages>;

}  // namespace folio::model
