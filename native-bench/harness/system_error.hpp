// Errors of system calls as values.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "harness/result.hpp"

namespace folio {

// `operation` names the call and what it was about, for example "mmap of 64 MiB". Uses errno unless
// told otherwise.
inline Error systemError(std::string_view operation, int number = errno) {
  return {"failed", std::string(operation) + " failed: " + std::strerror(number)};
}

}  // namespace folio
