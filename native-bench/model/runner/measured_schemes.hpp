// The compilations of the schemes: one that counts, and for measuring one for each way in which a
// kernel's functions return (section L of the specification).
#pragma once

#include <span>
#include <string_view>

#include "model/runner/registry.hpp"

namespace folio::model {

const SchemeSet& countingSchemes();

struct MeasuredSchemes {
  std::string_view returns;
  std::string_view summary;
  const SchemeSet& schemes;
};
// Plain returns first; they are in every build.
std::span<const MeasuredSchemes> measuredSchemes();

// Nothing when this build does not hold them.
const SchemeSet* findMeasuredSchemes(std::string_view returns);

}  // namespace folio::model
