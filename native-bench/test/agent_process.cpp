#include "agent_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <utility>

#include "harness/text_file.hpp"
#include "unprivileged.hpp"

namespace folio {

namespace {

struct Started {
  pid_t pid;
  Descriptor input, output;
};

struct Manner {
  bool withErrors = false;          // on the same stream
  const char* ownFolder = nullptr;  // of somebody without rights; null: with those of the tests
};

// Becomes the agent in `program`, which was opened before: its folder may be one where only root
// gets.
[[noreturn]] void becomeWithoutRights(int program, char* const* arguments, const char* ownFolder) {
  if (giveToNobody(ownFolder) && dropRights() && setenv("XDG_RUNTIME_DIR", ownFolder, 1) == 0)
    syscall(SYS_execveat, program, "", arguments, environ, AT_EMPTY_PATH);
  _exit(127);
}

Started spawn(const std::vector<std::string>& words, Manner manner) {
  const Descriptor program(open(FOLIO_AGENT, O_PATH | O_CLOEXEC));
  Pipe input = *makePipe();
  Pipe output = *makePipe();
  std::vector<char*> arguments{const_cast<char*>(FOLIO_AGENT)};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(input.readEnd.number(), STDIN_FILENO);
    dup2(output.writeEnd.number(), STDOUT_FILENO);
    if (manner.withErrors) dup2(output.writeEnd.number(), STDERR_FILENO);
    if (manner.ownFolder != nullptr)
      becomeWithoutRights(program.number(), arguments.data(), manner.ownFolder);
    execv(FOLIO_AGENT, arguments.data());
    _exit(127);
  }
  return {pid, std::move(input.writeEnd), std::move(output.readEnd)};
}

int waitFor(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

AgentProcess AgentProcess::start(const std::vector<std::string>& words) {
  signal(SIGPIPE, SIG_IGN);
  Started started = spawn(words, {});
  return {started.pid, std::move(started.input), std::move(started.output)};
}

AgentProcess AgentProcess::startWithoutRights(const std::string& folder) {
  signal(SIGPIPE, SIG_IGN);
  Started started = spawn({"serve"}, {.ownFolder = folder.c_str()});
  return {started.pid, std::move(started.input), std::move(started.output)};
}

AgentProcess::~AgentProcess() {
  if (pid_ < 0 || !output_.isOpen()) return;
  kill(pid_, SIGKILL);
  waitFor(pid_);
}

void AgentProcess::send(std::string_view bytes) {
  (void)writeAll(input_.number(), bytes);
}

std::optional<std::string> AgentProcess::receive() {
  constexpr int patienceMs = 60'000;  // sanitizers on a loaded machine
  for (;;) {
    if (const auto end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    pollfd watched{output_.number(), POLLIN, 0};
    if (poll(&watched, 1, patienceMs) <= 0) return std::nullopt;
    std::array<char, 4096> bytes;
    const ssize_t count = read(output_.number(), bytes.data(), bytes.size());
    if (count <= 0) return std::nullopt;
    received_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

std::string AgentProcess::ask(const std::string& request) {
  send(request + '\n');
  for (;;) {
    const auto reply = receive();
    if (!reply) return "";
    const bool isUnfinished = memberOf(*reply, "type") == "\"progress\"" &&
                              memberOf(*reply, "done") != memberOf(*reply, "total");
    if (!isUnfinished) return *reply;
  }
}

int AgentProcess::wait() {
  const int status = waitFor(pid_);
  pid_ = -1;
  return status;
}

Outcome runAgent(const std::vector<std::string>& words) {
  Started started = spawn(words, {.withErrors = true});
  started.input.close();
  Outcome outcome;
  std::array<char, 4096> bytes;
  for (ssize_t count = 0;
       (count = read(started.output.number(), bytes.data(), bytes.size())) > 0;) {
    outcome.text.append(bytes.data(), static_cast<std::size_t>(count));
  }
  outcome.status = waitFor(started.pid);
  return outcome;
}

std::string memberOf(const std::string& reply, const std::string& name) {
  const std::string key = '"' + name + "\":";
  int depth = 0;
  bool inText = false;
  for (std::size_t i = 0; i < reply.size(); ++i) {
    const char character = reply[i];
    if (depth == 1 && !inText && reply.compare(i, key.size(), key) == 0) {
      std::size_t end = i + key.size();
      const std::size_t begin = end;
      for (int inner = 0; end < reply.size(); ++end) {
        if (reply[end] == '"' && reply[end - 1] != '\\') inText = !inText;
        if (inText) continue;
        if (reply[end] == '{' || reply[end] == '[') ++inner;
        if (inner == 0 && (reply[end] == ',' || reply[end] == '}')) break;
        if (reply[end] == '}' || reply[end] == ']') --inner;
      }
      return reply.substr(begin, end - begin);
    }
    if (character == '"' && (i == 0 || reply[i - 1] != '\\')) inText = !inText;
    if (inText) continue;
    if (character == '{' || character == '[') ++depth;
    if (character == '}' || character == ']') --depth;
  }
  return "";
}

std::vector<pid_t> processesOfSession(pid_t session) {
  std::vector<pid_t> processes;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto pid = parseNumber(entry.path().filename().native());
    const auto stat = pid ? readTextFile(entry.path() / "stat") : std::nullopt;
    if (!stat) continue;
    // "PID (NAME) STATE PPID PGRP SESSION …", and a name may hold anything.
    const auto words = splitWords(std::string_view(*stat).substr(stat->rfind(')') + 1));
    if (words.size() < 4 || words[0] == "Z" || words[0] == "X") continue;
    if (parseNumber(words[3]) == static_cast<std::uint64_t>(session))
      processes.push_back(static_cast<pid_t>(*pid));
  }
  return processes;
}

}  // namespace folio
