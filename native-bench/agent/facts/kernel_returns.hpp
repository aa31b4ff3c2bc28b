// How functions of the running kernel return, according to the files of its mitigations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/facts/machine_files.hpp"

namespace folio {

struct KernelReturns {
  std::optional<std::string_view> kind;  // a kind of the model; nothing when it is not known
  std::string source;                    // the text it follows from, or why it is not known
};

KernelReturns readKernelReturns(const MachineFiles& files);

}  // namespace folio
