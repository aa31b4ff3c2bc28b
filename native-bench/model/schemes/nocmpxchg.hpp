// Stage `nocmpxchg` of the rmap-ID series: the exclusive attempt is an add-return instead of a
// cmpxchg (specification D.4.4).
#pragma once

#include "model/schemes/tracking.hpp"

namespace folio::model {

constexpr TrackingOptions nocmpxchgOptions(Form form) {
  return {
      .values = RmapValues::precomputed,
      .exclusiveWriter = ExclusiveWriter::addReturn,
      .scope = SeqcountScope::rmapValues,
      .batching = Batching::remap,
      .form = form,
  };
}

template <class A, Form form = Form::sound>
using NoCmpxchg = Tracking<A, nocmpxchgOptions(form)>;

}  // namespace folio::model
