// Any scheme with write faults that copy several pages at once (specification P.1).
#pragma once

#include "model/schemes/scheme.hpp"

namespace folio::model {

template <Scheme S, std::uint32_t pages>
class CopyAround : public S {
 public:
  static_assert((pages & (pages - 1)) == 0, "blocks are aligned, so that none spans two folios");
  static constexpr SchemeTraits traits = [] {
    SchemeTraits result = S::traits;
    result.pagesCopiedAtOnce = pages;
    return result;
  }();
};

}  // namespace folio::model
