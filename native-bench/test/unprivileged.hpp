// What somebody without the rights of root sees.
#pragma once

#include <unistd.h>

#include "harness/child.hpp"

namespace folio {

// Whether `holds` is true in a child process that has no rights of root, whoever runs the tests.
inline bool holdsWithoutRights(auto&& holds) {
  constexpr uid_t nobody = 65534;
  const pid_t pid = fork();
  if (pid == 0) {
    const bool isNobody = geteuid() != 0 || (setgid(nobody) == 0 && setuid(nobody) == 0);
    _exit(isNobody && holds() ? 0 : 1);
  }
  return Child(pid).wait() == 0;
}

}  // namespace folio
