// Schemes that are compiled a second time, "copy:batch" for one: the same source in another place
// of the program. A scheme and its copy differ in the layout of code alone, which is the least that
// any two schemes may differ by.
#pragma once

#include <string_view>

#include "model/runner/scheme_operations.hpp"

namespace folio::model {

inline constexpr std::string_view copyPrefix = "copy:";

// `original` is the name behind the prefix; nothing when there is no copy of it. `A` as in
// registry.hpp.
template <class A>
const SchemeOperations* findCopy(std::string_view original);

}  // namespace folio::model
