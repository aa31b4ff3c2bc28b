// The model's results in the form of the protocol.
#pragma once

#include "harness/result.hpp"
#include "harness/sample.hpp"
#include "model/model.hpp"

namespace folio {

Result<Sample> takeModelSample(const model::ModelCase& modelCase);

}  // namespace folio
