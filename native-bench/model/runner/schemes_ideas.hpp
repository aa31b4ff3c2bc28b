// Instantiates ideas of ideaBases; included by the translation units schemes_ideas_*.cpp, which
// share them so that they compile in parallel.
#pragma once

#include <utility>

#include "model/runner/registry.hpp"

namespace folio::model {

template <class A, std::size_t first, std::size_t count>
const std::array<const SchemeOperations*, count> IdeaSchemes<A, first, count>::all = [
]<std::size_t... index>(std::index_sequence<index...>) {
  return std::array<const SchemeOperations*, count>{
      &operationsOf<Tracking<A, ideaOptions(first + index)>>...};
}
(std::make_index_sequence<count>());

}  // namespace folio::model
