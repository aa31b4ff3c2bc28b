#include "agent/tether.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "harness/child.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

constexpr int misused = 2;
constexpr int cannotStart = 127;  // as shells report it

}  // namespace

int tether(std::span<char*> words) {
  const auto parent = words.size() < 2 ? std::nullopt : parseNumber(words[0]);
  if (!parent) {
    std::fprintf(stderr, "usage: folio-agent tether PARENT-PID PROGRAM [ARGUMENT]...\n");
    return misused;
  }
  dieWithParent(static_cast<pid_t>(*parent));
  std::vector<char*> arguments(words.begin() + 1, words.end());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  std::fprintf(stderr, "folio-agent: %s cannot be started: %s\n", arguments[0],
               std::strerror(errno));
  return cannotStart;
}

}  // namespace folio
