// Child processes, as the kernel lists them.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "harness/text_file.hpp"

namespace folio {

inline std::vector<pid_t> childrenOf(pid_t parent) {
  const std::string id = std::to_string(parent);
  const auto list = readTextFile("/proc/" + id + "/task/" + id + "/children");
  std::vector<pid_t> children;
  for (const std::string_view child : splitWords(list ? trimmed(*list) : std::string_view()))
    children.push_back(static_cast<pid_t>(parseNumber(child).value_or(0)));
  return children;
}

}  // namespace folio
