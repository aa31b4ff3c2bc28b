// On which CPUs a process may run.
#pragma once

#include <vector>

#include "harness/result.hpp"

namespace folio {

// CPUs that this process may be scheduled on, ascending.
std::vector<int> allowedCpus();

Result<Done> pinToCpu(int cpu);

}  // namespace folio
