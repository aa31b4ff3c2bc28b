// What single instructions take, beside which the costs of the schemes can be understood.
#pragma once

#include <string_view>
#include <vector>

namespace folio::model {

// One instruction that an update may consist of, back to back on one word in the first-level cache,
// so that each waits for the one before it: the median of several repetitions. Between independent
// work most of it is hidden.
struct Latency {
  std::string_view instruction;
  double ns = 0;
};
// Plain addition, atomic addition without and with its result, and a compare-and-exchange that
// succeeds; on Arm also the instructions of LSE by name, where the CPU has them. Takes some 20 ms.
std::vector<Latency> measureLatencies();

}  // namespace folio::model
