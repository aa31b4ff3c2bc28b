// On which CPUs a process may run.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/result.hpp"

namespace folio {

// CPUs that this process may be scheduled on, ascending.
std::vector<int> allowedCpus();

// Ascending CPUs as the kernel writes lists: "0-3,8".
std::string formatCpus(std::span<const int> cpus);

Result<Done> pinToCpu(int cpu);

}  // namespace folio
