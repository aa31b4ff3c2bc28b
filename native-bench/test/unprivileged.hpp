// What somebody without the rights of root sees.
#pragma once

#include <grp.h>
#include <unistd.h>

#include "harness/child.hpp"

namespace folio {

inline constexpr uid_t nobody = 65534;  // the user without rights, on every Linux

// Gives a folder to the user that `dropRights` makes of root.
inline bool giveToNobody(const char* folder) {
  return geteuid() != 0 || chown(folder, nobody, nobody) == 0;
}

// Gives the rights of root up, for good; false where that fails.
inline bool dropRights() {
  return geteuid() != 0 ||
         (setgroups(0, nullptr) == 0 && setgid(nobody) == 0 && setuid(nobody) == 0);
}

// Whether `holds` is true in a child process that has no rights of root, whoever runs the tests.
inline bool holdsWithoutRights(auto&& holds) {
  const pid_t pid = fork();
  if (pid == 0) _exit(dropRights() && holds() ? 0 : 1);
  return Child(pid).wait() == 0;
}

}  // namespace folio
