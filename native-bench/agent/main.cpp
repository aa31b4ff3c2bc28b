#include <unistd.h>

#include <cstdio>
#include <span>
#include <string_view>

#include "agent/init.hpp"
#include "agent/serve.hpp"
#include "agent/tether.hpp"

int main(int argumentCount, char** arguments) {
  constexpr int misused = 2;
  const std::span<char*> words(arguments + 1, static_cast<std::size_t>(argumentCount - 1));
  const std::string_view command = words.empty() ? "serve" : words.front();
  if (command == "serve") return folio::serve(STDIN_FILENO, STDOUT_FILENO);
  if (command == "init") folio::runAsInit();
  if (command == "tether") return folio::tether(words.subspan(1));
  std::fprintf(stderr, "folio-agent: there is no command '%s'; choose serve, init or tether\n", words.front());
  return misused;
}
