#include "harness/affinity.hpp"

#include <sched.h>

#include <array>
#include <string>

#include "harness/system_error.hpp"

namespace folio {

namespace {

// Eight sets of 1024: the kernel's upper limit is 8192 CPUs (CONFIG_NR_CPUS).
using CpuSet = std::array<cpu_set_t, 8>;
constexpr int maxCpus = 8 * CPU_SETSIZE;

}  // namespace

std::vector<int> allowedCpus() {
  CpuSet set{};
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, set.data()) != 0) return cpus;
  for (int cpu = 0; cpu < maxCpus; ++cpu) {
    if (CPU_ISSET_S(static_cast<std::size_t>(cpu), sizeof set, set.data())) cpus.push_back(cpu);
  }
  return cpus;
}

std::string formatCpus(std::span<const int> cpus) {
  std::string text;
  for (std::size_t first = 0, last = 0; first < cpus.size(); first = ++last) {
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(cpus[first]);
    if (last > first) text += '-' + std::to_string(cpus[last]);
  }
  return text;
}

Result<Done> pinToCpu(int cpu) {
  CpuSet set{};
  if (cpu < 0 || cpu >= maxCpus)
    return Error{"bad-value", "there is no CPU " + std::to_string(cpu)};
  CPU_SET_S(static_cast<std::size_t>(cpu), sizeof set, set.data());
  if (sched_setaffinity(0, sizeof set, set.data()) != 0) {
    return systemError("sched_setaffinity to CPU " + std::to_string(cpu));
  }
  return Done{};
}

}  // namespace folio
