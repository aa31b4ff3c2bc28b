// Instantiates the free configurations of one group; included by the translation units
// schemes_free_*.cpp, one group each, so that they compile in parallel.
#pragma once

#include <utility>

#include "model/runner/registry.hpp"

namespace folio::model {

template <class A, ExclusiveWriter exclusiveWriter, SeqcountScope scope>
const std::array<const SchemeOperations*, freeSchemesPerGroup>
    FreeSchemes<A, exclusiveWriter, scope>::all = [
    ]<std::size_t... index>(std::index_sequence<index...>) {
  return std::array<const SchemeOperations*, freeSchemesPerGroup>{
      &operationsOf<Tracking<A, freeOptions(exclusiveWriter, scope, index)>>...};
}
(std::make_index_sequence<freeSchemesPerGroup>());

}  // namespace folio::model
