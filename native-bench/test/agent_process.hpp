// The real agent as a child process, spoken to as the engine does.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/descriptor.hpp"

namespace folio {

class AgentProcess {
 public:
  // `words` follow the program's name.
  static AgentProcess start(const std::vector<std::string>& words = {"serve"});
  // The same without the rights of root, whoever runs the tests; `folder` becomes its own.
  static AgentProcess startWithoutRights(const std::string& folder);
  AgentProcess(AgentProcess&&) = default;
  ~AgentProcess();

  pid_t pid() const { return pid_; }
  void send(std::string_view bytes);
  void closeInput() { input_.close(); }
  // The next line without its newline; nothing at the end, or when none comes for a minute.
  std::optional<std::string> receive();
  // Sends a request and returns its final reply.
  std::string ask(const std::string& request);
  // Waits for the end: the exit status, or minus the signal.
  int wait();

 private:
  AgentProcess(pid_t pid, Descriptor input, Descriptor output)
      : pid_(pid), input_(std::move(input)), output_(std::move(output)) {}

  pid_t pid_;
  Descriptor input_;
  Descriptor output_;
  std::string received_;
};

// What a program printed on both streams, and its exit status.
struct Outcome {
  std::string text;
  int status;
};
Outcome runAgent(const std::vector<std::string>& words);

// The value of a top-level member of a reply, as it stands there; empty when there is none.
std::string memberOf(const std::string& reply, const std::string& name);

// Processes of a session, without those that have ended.
std::vector<pid_t> processesOfSession(pid_t session);

}  // namespace folio
