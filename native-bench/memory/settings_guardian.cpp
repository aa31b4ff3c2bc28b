#include "memory/settings_guardian.hpp"

#include <dirent.h>
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

#include "harness/system_error.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

// A journal is text: first the kernel's boot id, then one change a line, "PATH\tFROM\tTO".
constexpr std::string_view journalSuffix = ".journal";

// Together 5 s: what is waited for takes milliseconds, on a busy machine more.
constexpr int patienceTries = 500;
constexpr useconds_t patiencePauseUs = 10'000;

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
  const bool isBelowRoot =
      change.path.starts_with(root) && change.path.find("/../") == std::string::npos;
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

bool isJournalName(std::string_view name) {
  if (!name.ends_with(journalSuffix)) return false;
  return parseNumber(name.substr(0, name.size() - journalSuffix.size())).has_value();
}

// A folder of journals that nobody else can have prepared: not a link, of this user, closed to all
// others. Everything in it is reached through its descriptor.
class JournalDirectory {
 public:
  // Not open when there is no such folder.
  static JournalDirectory find(const std::string& path) {
    Descriptor found(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!found.isOpen() || fstat(found.number(), &status) != 0) return {};
    const bool isPrivate = status.st_uid == geteuid() && (status.st_mode & 077) == 0;
    return isPrivate ? JournalDirectory(std::move(found)) : JournalDirectory();
  }
  static JournalDirectory make(const std::string& path) {
    mkdir(path.c_str(), 0700);
    return find(path);
  }

  bool isOpen() const { return directory_.isOpen(); }
  // Creating and looking through journals excludes each other, so that none is seen before it is
  // locked. False when another agent takes longer over it than it ever should.
  bool lock() const {
    for (int i = 0; i < patienceTries; ++i) {
      if (flock(directory_.number(), LOCK_EX | LOCK_NB) == 0) return true;
      usleep(patiencePauseUs);
    }
    return false;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    DIR* stream = fdopendir(openat(directory_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (stream == nullptr) return names;
    while (const dirent* entry = readdir(stream)) {
      if (isJournalName(entry->d_name)) names.emplace_back(entry->d_name);
    }
    closedir(stream);
    return names;
  }
  // Not open unless it is a file of this user. Nothing that is opened can make the agent wait.
  Descriptor journal(const std::string& name) const {
    constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    Descriptor file(openat(directory_.number(), name.c_str(), flags));
    struct stat status {};
    const bool isOwn = file.isOpen() && fstat(file.number(), &status) == 0 &&
                       S_ISREG(status.st_mode) && status.st_uid == geteuid();
    if (!isOwn) file.close();
    return file;
  }
  // Locked and begun; not open when that fails.
  Descriptor create(const std::string& name) const {
    if (!isOpen() || !lock()) return {};
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
    Descriptor file(openat(directory_.number(), name.c_str(), flags, 0600));
    if (!file.isOpen()) return {};
    const bool isBegun = flock(file.number(), LOCK_EX | LOCK_NB) == 0 &&
                         writeAll(file.number(), bootId() + '\n').ok();
    flock(directory_.number(), LOCK_UN);
    if (isBegun) return file;
    remove(name);
    return {};
  }
  void remove(const std::string& name) const { unlinkat(directory_.number(), name.c_str(), 0); }

 private:
  JournalDirectory() = default;
  explicit JournalDirectory(Descriptor directory) : directory_(std::move(directory)) {}

  Descriptor directory_;
};

void ignoreSignalsToEnd() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) signal(number, SIG_IGN);
}

// Holding none of the agent's streams open: a process that waits for their end waits for the agent.
void closeStandardStreams() {
  const Descriptor nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    dup2(nothing.number(), number);
}

// Messages of the socket, one a packet: a change to make; the answer is empty or an error as
// "CODE\tMESSAGE".
constexpr std::size_t maxMessageBytes = 4096;

Result<Done> makeChange(const SettingChange& change, int journal) {
  if (const auto noted = writeAll(journal, lineOf(change)); !noted) {
    return Error{"failed", "noting a change of settings in the journal: " + noted.error().message};
  }
  return writeTextFile(change.path, change.to);
}

std::string noJournal(const SettingsPlaces& places) {
  const std::string wanted =
      ", and without one a change could be left behind: set XDG_RUNTIME_DIR to a folder of your "
      "own that is closed to others (mode 0700)";
  if (places.journalDirectory.empty())
    return "there is no private place for a journal of settings" + wanted;
  return "no journal of settings can be kept in " + places.journalDirectory + wanted;
}

[[noreturn]] void guard(const SettingsPlaces& places, int socket) {
  setsid();
  ignoreSignalsToEnd();
  closeStandardStreams();
  const std::string name = std::to_string(getpid()) + std::string(journalSuffix);
  const JournalDirectory directory = JournalDirectory::make(places.journalDirectory);
  const Descriptor journal = directory.create(name);
  std::vector<SettingChange> made;
  std::array<char, maxMessageBytes> message;
  for (;;) {
    const ssize_t count = recv(socket, message.data(), message.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    std::string answer = "failed\t" + noJournal(places);
    const auto change =
        parseChange({message.data(), static_cast<std::size_t>(count)}, places.settingsRoot);
    if (!change) answer = "failed\tnot a setting that may be changed";
    if (change && journal.isOpen()) {
      // Before the change is made: undoing a change that was not made does no harm.
      made.push_back(*change);
      const auto done = makeChange(*change, journal.number());
      answer = done ? std::string("ok") : done.error().code + '\t' + done.error().message;
    }
    send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  undo(made);
  if (journal.isOpen()) directory.remove(name);
  _exit(0);
}

// Whether a guardian lives that keeps a journal in the directory.
bool isAnyGuarding(const JournalDirectory& directory) {
  for (const std::string& name : directory.names()) {
    const Descriptor journal = directory.journal(name);
    if (journal.isOpen() && flock(journal.number(), LOCK_SH | LOCK_NB) != 0) return true;
  }
  return false;
}

// Undoes the changes of one journal unless somebody lives who will. Nothing when there was nothing
// to do.
std::optional<std::string> restoreJournal(const JournalDirectory& directory,
                                          const std::string& name,
                                          const std::string& settingsRoot) {
  const Descriptor journal = directory.journal(name);
  if (!journal.isOpen() || flock(journal.number(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  struct stat status {};
  // One whose name is gone has been dealt with.
  if (fstat(journal.number(), &status) != 0 || status.st_nlink == 0) return std::nullopt;
  const std::string text = readText(journal.number()).value_or("");
  const auto lines = splitLines(text);
  std::vector<SettingChange> changes;
  // Settings do not survive a reboot.
  if (!lines.empty() && lines.front() == bootId()) {
    for (const std::string_view line : lines) {
      if (const auto change = parseChange(line, settingsRoot)) changes.push_back(*change);
    }
  }
  undo(changes);
  directory.remove(name);
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
  // Never in a folder that is shared with others: there a name could be waited for.
  std::string directory;
  if (geteuid() == 0 && access("/run", W_OK) == 0) {
    directory = "/run/" + name;
  } else if (const std::string runtime = environment("XDG_RUNTIME_DIR"); runtime.starts_with('/')) {
    directory = runtime + '/' + name;
  } else if (const std::string home = environment("HOME"); home.starts_with('/')) {
    directory = home + "/." + name;
  }
  return {directory, thpDirectory + '/'};
}

std::vector<std::string> SettingsGuardian::restoreAbandoned(const SettingsPlaces& places) {
  std::vector<std::string> messages;
  const JournalDirectory directory = JournalDirectory::find(places.journalDirectory);
  if (!directory.isOpen() || !directory.lock()) return messages;
  for (const std::string& name : directory.names()) {
    if (const auto message = restoreJournal(directory, name, places.settingsRoot))
      messages.push_back(*message);
  }
  return messages;
}

Result<Done> SettingsGuardian::startGuardian() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return systemError("socketpair");
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
  const JournalDirectory directory = JournalDirectory::find(places_.journalDirectory);
  for (int i = 0; i < patienceTries; ++i) {
    if (!directory.isOpen() || !isAnyGuarding(directory)) {
      restoreAbandoned(places_);
      return Done{};
    }
    usleep(patiencePauseUs);
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
    return Error{"failed",
                 "the process that undoes changes of settings has ended: nothing more is changed"};
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
  // Had the guardian been killed, its journal says what is left to do.
  restoreAbandoned(places_);
}

void SettingsGuardian::abandon() {
  socket_.close();
  guardian_ = -1;
}

}  // namespace folio
