// Stage `exclusive` of the rmap-ID series: a writer that is alone updates total and values without
// RMW (specification D.5.3).
#pragma once

#include "model/schemes/tracking.hpp"

namespace folio::model {

constexpr TrackingOptions exclusiveOptions(Form form) {
  return {
      .values = RmapValues::precomputed,
      .exclusiveWriter = ExclusiveWriter::cmpxchg,
      .scope = SeqcountScope::rmapValues,
      .batching = Batching::remap,
      .form = form,
  };
}

template <class A, Form form = Form::sound>
using Exclusive = Tracking<A, exclusiveOptions(form)>;

}  // namespace folio::model
