// Executes one case of one scheme: set-up, the timed operation, proof that it did what it should,
// tear-down, and the check that every counter is back at its initial value.
#pragma once

#include "model/runner/case_plan.hpp"
#include "model/runner/scheme_operations.hpp"

namespace folio::model {

// Throws std::bad_alloc when the kernel refuses the memory.
CaseOutcome runCase(const CasePlan& plan, const SchemeOperations& scheme);

}  // namespace folio::model
