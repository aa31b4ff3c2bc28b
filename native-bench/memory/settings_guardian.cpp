#include "memory/settings_guardian.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "harness/system_error.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

// A journal is text: first the kernel's boot id, then one change a line, "PATH\tFROM\tTO".
constexpr std::string_view journalSuffix = ".journal";

std::string bootId() {
  return readTrimmed("/proc/sys/kernel/random/boot_id").value_or("unknown");
}

std::string lineOf(const SettingChange& change) {
  return change.path + '\t' + change.from + '\t' + change.to + '\n';
}

bool isWord(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// Nothing when the line is not a change of a setting below `root`.
std::optional<SettingChange> parseChange(std::string_view line, std::string_view root) {
  const auto first = line.find('\t');
  const auto second = line.find('\t', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  SettingChange change{std::string(line.substr(0, first)),
                       std::string(line.substr(first + 1, second - first - 1)),
                       std::string(line.substr(second + 1))};
  const bool isBelowRoot = change.path.starts_with(root) && change.path.find("/../") == std::string::npos;
  if (!isBelowRoot || !isWord(change.from) || !isWord(change.to)) return std::nullopt;
  return change;
}

std::string currentChoice(const std::string& path) {
  const auto text = readTextFile(path);
  return text ? std::string(bracketedChoice(*text)) : std::string();
}

// Undoes the changes in reverse order where the setting still is what it was changed to.
void undo(const std::vector<SettingChange>& changes) {
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (currentChoice(change->path) == change->to) (void)writeTextFile(change->path, change->from);
  }
}

// Creating and looking through journals excludes each other, so that none is seen before it is locked.
Descriptor lockDirectory(const std::string& directory) {
  Descriptor locked(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (locked.isOpen() && flock(locked.number(), LOCK_EX) != 0) locked.close();
  return locked;
}

Descriptor createJournal(const SettingsPlaces& places, const std::string& path) {
  mkdir(places.journalDirectory.c_str(), 0700);
  const Descriptor directory = lockDirectory(places.journalDirectory);
  if (!directory.isOpen()) return {};
  Descriptor journal(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!journal.isOpen()) return {};
  if (flock(journal.number(), LOCK_EX | LOCK_NB) == 0 && writeAll(journal.number(), bootId() + '\n'))
    return journal;
  unlink(path.c_str());
  return {};
}

void ignoreSignalsToEnd() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) signal(number, SIG_IGN);
}

// Holding none of the agent's streams open: whoever waits for their end waits for the agent.
void closeStandardStreams() {
  const Descriptor nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing.number(), number);
}

// Messages of the socket, one a packet: a change to make; the answer is empty or an error as "CODE\tMESSAGE".
constexpr std::size_t maxMessageBytes = 4096;

Result<Done> makeChange(const SettingChange& change, int journal) {
  if (const auto noted = writeAll(journal, lineOf(change)); !noted) {
    return Error{"failed", "noting a change of settings in the journal: " + noted.error().message};
  }
  return writeTextFile(change.path, change.to);
}

[[noreturn]] void guard(const SettingsPlaces& places, int socket) {
  setsid();
  ignoreSignalsToEnd();
  closeStandardStreams();
  const std::string path =
      places.journalDirectory + '/' + std::to_string(getpid()) + std::string(journalSuffix);
  const Descriptor journal = createJournal(places, path);
  std::vector<SettingChange> made;
  std::array<char, maxMessageBytes> message;
  for (;;) {
    const ssize_t count = recv(socket, message.data(), message.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    std::string answer = "failed\tno journal of settings can be kept in " + places.journalDirectory;
    const auto change = parseChange({message.data(), static_cast<std::size_t>(count)}, places.settingsRoot);
    if (!change) answer = "failed\tnot a setting that may be changed";
    if (change && journal.isOpen()) {
      // Before the change is made: being told in vain to undo it does no harm.
      made.push_back(*change);
      const auto done = makeChange(*change, journal.number());
      answer = done ? std::string("ok") : done.error().code + '\t' + done.error().message;
    }
    send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  undo(made);
  if (journal.isOpen()) unlink(path.c_str());
  _exit(0);
}

// Whether a guardian lives that keeps a journal in the directory.
bool isAnyGuarding(const std::string& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (!entry.path().native().ends_with(journalSuffix)) continue;
    const Descriptor journal(open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (journal.isOpen() && flock(journal.number(), LOCK_SH | LOCK_NB) != 0) return true;
  }
  return false;
}

// Undoes the changes of one journal unless somebody lives who will. Nothing when there was nothing to do.
std::optional<std::string> restoreJournal(const std::string& path, const SettingsPlaces& places) {
  const Descriptor journal(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  // A file of somebody else is not believed, and one whose name is gone has been dealt with.
  if (!journal.isOpen() || fstat(journal.number(), &status) != 0) return std::nullopt;
  if (status.st_uid != geteuid()) return std::nullopt;
  if (flock(journal.number(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  if (fstat(journal.number(), &status) != 0 || status.st_nlink == 0) return std::nullopt;
  const std::string text = readTextFile(path).value_or("");
  const auto lines = splitLines(text);
  std::vector<SettingChange> changes;
  // Settings do not survive a reboot.
  if (!lines.empty() && lines.front() == bootId()) {
    for (const std::string_view line : lines) {
      if (const auto change = parseChange(line, places.settingsRoot)) changes.push_back(*change);
    }
  }
  undo(changes);
  unlink(path.c_str());
  if (changes.empty()) return std::nullopt;
  return "undid " + std::to_string(changes.size()) +
         " change(s) of settings that an earlier agent had left behind";
}

}  // namespace

SettingsPlaces settingsPlaces() {
  const std::string name = "folio-agent";
  const auto environment = [](const char* variable) -> std::string {
    const char* value = std::getenv(variable);
    return value == nullptr ? "" : value;
  };
  std::string directory;
  if (geteuid() == 0 && access("/run", W_OK) == 0) {
    directory = "/run/" + name;
  } else if (const std::string runtime = environment("XDG_RUNTIME_DIR"); !runtime.empty()) {
    directory = runtime + '/' + name;
  } else {
    const std::string temporary = environment("TMPDIR");
    directory = (temporary.empty() ? "/tmp" : temporary) + '/' + name + '-' + std::to_string(geteuid());
  }
  return {directory, thpDirectory + '/'};
}

std::vector<std::string> SettingsGuardian::restoreAbandoned(const SettingsPlaces& places) {
  std::vector<std::string> messages;
  const Descriptor directory = lockDirectory(places.journalDirectory);
  if (!directory.isOpen()) return messages;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(places.journalDirectory, ignored)) {
    if (!entry.path().native().ends_with(journalSuffix)) continue;
    if (const auto message = restoreJournal(entry.path(), places)) messages.push_back(*message);
  }
  return messages;
}

Result<Done> SettingsGuardian::startGuardian() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return systemError("socketpair");
  Descriptor own(ends[0]);
  const Descriptor others(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return systemError("fork of the settings guardian");
  if (pid == 0) {
    own.close();
    guard(places_, others.number());
  }
  socket_ = std::move(own);
  guardian_ = pid;
  return Done{};
}

Result<Done> SettingsGuardian::awaitOthers() const {
  if (socket_.isOpen()) return Done{};  // its own guardian keeps the others out already
  constexpr int tries = 500;
  constexpr useconds_t pauseUs = 10'000;  // together 5 s: undoing takes milliseconds, on a busy machine more
  for (int i = 0; i < tries; ++i) {
    if (!isAnyGuarding(places_.journalDirectory)) {
      restoreAbandoned(places_);
      return Done{};
    }
    usleep(pauseUs);
  }
  return Error{"failed", "another agent has changed settings and still runs; its journal is in " +
                             places_.journalDirectory};
}

Result<SettingChange> SettingsGuardian::change(const SettingChange& wanted) {
  if (!socket_.isOpen()) {
    if (const auto started = startGuardian(); !started) return started.error();
  }
  std::string message = lineOf(wanted);
  message.pop_back();
  std::array<char, maxMessageBytes> answer;
  const bool isSent = send(socket_.number(), message.data(), message.size(), MSG_NOSIGNAL) >= 0;
  const ssize_t count = isSent ? recv(socket_.number(), answer.data(), answer.size(), 0) : -1;
  if (count <= 0) {
    restore();
    return Error{"failed", "the process that undoes changes of settings has ended: nothing more is changed"};
  }
  const std::string_view text(answer.data(), static_cast<std::size_t>(count));
  if (text == "ok") return wanted;
  const auto tab = text.find('\t');
  return Error{std::string(text.substr(0, tab)), std::string(text.substr(tab + 1))};
}

void SettingsGuardian::restore() {
  if (guardian_ < 0) return;
  socket_.close();
  while (waitpid(guardian_, nullptr, 0) < 0 && errno == EINTR) continue;
  guardian_ = -1;
  // Had the guardian been killed, its journal tells what is left to do.
  restoreAbandoned(places_);
}

void SettingsGuardian::abandon() {
  socket_.close();
  guardian_ = -1;
}

}  // namespace folio
