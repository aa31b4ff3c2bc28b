#include <unistd.h>

#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "agent/commands.hpp"
#include "agent/init.hpp"
#include "agent/serve.hpp"
#include "agent/tether.hpp"
#include "agent/version.hpp"

namespace {

constexpr const char* help =
    "folio-agent [COMMAND]\n"
    "Executes samples of the benchmarks of Folio Lab, one at a time.\n"
    "\n"
    "  serve        speaks the protocol on standard input and output (the default)\n"
    "  facts        prints the facts about this machine and its kernel as JSON\n"
    "  list         prints benchmarks, folio sizes and schemes\n"
    "  run          takes samples of one case by hand; folio-agent run --help\n"
    "  self-test    tests whether this kernel supports each benchmark\n"
    "               --counterexample shows the defects of the posted series in the model\n"
    "  init         serves as the first process of a virtual machine\n"
    "  tether PID PROGRAM [ARGUMENT]...  runs a program that ends with its caller\n"
    "  --help, --version\n";

int serveCommand(std::span<char*> words) {
  return folio::serve(words, STDIN_FILENO, STDOUT_FILENO);
}

}  // namespace

// An exception ends the process where it is thrown: caught here, it would have run in a worker what
// is its supervisor's to do. NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argumentCount, char** arguments) {
  const std::span<char*> words(arguments + 1, static_cast<std::size_t>(argumentCount - 1));
  // The kernel hands its first process the boot parameters that it does not know, which are no
  // command.
  if (arguments[0] == std::string_view("/init")) folio::runAsInit();
  if (words.empty()) return serveCommand(words);
  const std::string_view command = words.front();
  const std::span<char*> rest = words.subspan(1);
  if (command == "serve") return serveCommand(rest);
  if (command == "facts") return folio::factsCommand(rest);
  if (command == "list") return folio::listCommand(rest);
  if (command == "run") return folio::runCommand(rest);
  if (command == "self-test") return folio::selfTestCommand(rest);
  if (command == "init") folio::runAsInit();
  if (command == "tether") return folio::tether(rest);
  if (command == "--help" || command == "-h" || command == "help") {
    std::printf("%s", help);
    return 0;
  }
  if (command == "--version") {
    std::printf("folio-agent %s\n", std::string(folio::agentVersion).c_str());
    return 0;
  }
  std::fprintf(stderr, "folio-agent: there is no command '%s'. folio-agent --help lists them\n",
               words.front());
  return folio::statusMisused;
}
