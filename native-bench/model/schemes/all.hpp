// Stage `all` of the rmap-ID series: all mapcounts are updated inside the section (specification
// D.5.4).
#pragma once

#include "model/schemes/tracking.hpp"

namespace folio::model {

constexpr TrackingOptions allOptions(Form form) {
  return {
      .values = RmapValues::precomputed,
      .exclusiveWriter = ExclusiveWriter::addReturn,
      .scope = SeqcountScope::allMapcounts,
      .batching = Batching::remap,
      .form = form,
  };
}

template <class A, Form form = Form::sound>
using All = Tracking<A, allOptions(form)>;

}  // namespace folio::model
