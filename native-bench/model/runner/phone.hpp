// What a folio costs in memory after a fork, by how much of it is written (specification G.3, G.4):
// a parent populates a region, forks, and the child ends or calls exec; then the parent writes.
#pragma once

#include "harness/phone_scenario.hpp"
#include "model/runner/case_plan.hpp"
#include "model/runner/scheme_operations.hpp"

namespace folio::model {

// Page by page of every folio: the state before the first write and after each. The plan's
// benchmark is one that touches data.
std::vector<PhonePoint> runPhone(const CasePlan& plan, const SchemeOperations& scheme);

}  // namespace folio::model
