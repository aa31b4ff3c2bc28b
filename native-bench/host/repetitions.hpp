// Operations on regions that may be as small as one page are repeated, as often for every kernel,
// so that a sample is long enough to be timed.
#pragma once

#include <algorithm>
#include <cstdint>

#include "harness/sample.hpp"
#include "memory/region.hpp"

namespace folio {

// The region of a case times its repetitions comes to at least so much.
constexpr std::uint64_t leastWorkBytes = 16 * mebibyte;

inline std::uint64_t repetitionsOf(const Case& what) {
  return std::max<std::uint64_t>(1, leastWorkBytes / what.size);
}

// The same case over a region with one part of its size for each repetition.
inline Case withParts(const Case& what) {
  Case parts = what;
  parts.size = what.size * repetitionsOf(what);
  return parts;
}

}  // namespace folio
