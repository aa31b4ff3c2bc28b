#include "harness/sample.hpp"

namespace folio {

std::string reasonInvalid(const Sample& sample) {
  std::string reason;
  for (const Check& check : sample.checks) {
    if (check.passed) continue;
    if (!reason.empty()) reason += "; ";
    reason += check.name + ": " + check.detail;
  }
  return reason;
}

}  // namespace folio
