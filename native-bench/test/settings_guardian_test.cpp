#include "memory/settings_guardian.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "children_of.hpp"
#include "eventually.hpp"
#include "harness/child.hpp"
#include "harness/text_file.hpp"
#include "needs.hpp"
#include "scratch_directory.hpp"
#include "unprivileged.hpp"

using namespace folio;

namespace {

// Settings as files of a scratch directory: writing a word replaces the text, where the kernel
// moves the brackets.
struct Machine {
  ScratchDirectory scratch;
  SettingsPlaces places{scratch.path() + "/journals", scratch.path() + "/settings/"};
  std::string first = scratch.write("settings/64kB/enabled", "always inherit madvise [never]");
  std::string second = scratch.write("settings/32kB/enabled", "always [inherit] madvise never");

  void makeJournals(mode_t mode = 0700) const { mkdir(places.journalDirectory.c_str(), mode); }

  static std::string valueOf(const std::string& path) {
    return std::string(bracketedChoice(*readTextFile(path)));
  }

  bool waitFor(const std::string& path, const std::string& value) const {
    return eventually([&] { return valueOf(path) == value; });
  }

  std::size_t journals() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(places.journalDirectory)) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }
};

// Whether a process waits for time to pass, by the number of the system call that it is in.
bool isAsleep(pid_t pid) {
  const auto call = readTextFile("/proc/" + std::to_string(pid) + "/syscall");
  const auto number = call ? parseNumber(splitWords(*call).front()) : std::nullopt;
  return number == SYS_clock_nanosleep || number == SYS_nanosleep;
}

// An agent that changes both settings and waits to be killed. Returns when the changes are made.
Child startChanger(const Machine& machine) {
  const pid_t self = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    SettingsGuardian guardian(machine.places);
    (void)guardian.change({machine.first, "never", "madvise"});
    (void)guardian.change({machine.second, "inherit", "always"});
    waitToBeKilled(self);
  }
  REQUIRE(machine.waitFor(machine.second, "always"));
  return Child(pid);
}

}  // namespace

TEST_CASE("changes are made, and undone at the end") {
  const Machine machine;
  {
    SettingsGuardian guardian(machine.places);
    const auto change = guardian.change({machine.first, "never", "madvise"});
    REQUIRE(change.ok());
    CHECK(change->path == machine.first);
    CHECK(Machine::valueOf(machine.first) == "madvise");
    CHECK(machine.journals() == 1);
  }
  CHECK(Machine::valueOf(machine.first) == "never");
  CHECK(machine.journals() == 0);
}

TEST_CASE("changes of one setting are undone in reverse order") {
  const Machine machine;
  {
    SettingsGuardian guardian(machine.places);
    REQUIRE(guardian.change({machine.first, "never", "madvise"}).ok());
    REQUIRE(guardian.change({machine.first, "madvise", "always"}).ok());
  }
  CHECK(Machine::valueOf(machine.first) == "never");
}

TEST_CASE("a setting that somebody else has changed since is left alone") {
  const Machine machine;
  {
    SettingsGuardian guardian(machine.places);
    REQUIRE(guardian.change({machine.first, "never", "madvise"}).ok());
    REQUIRE(writeTextFile(machine.first, "always").ok());
  }
  CHECK(Machine::valueOf(machine.first) == "always");
}

TEST_CASE("changes are undone when their owner is killed") {
  const Machine machine;
  startChanger(machine).kill();
  CHECK(machine.waitFor(machine.first, "never"));
  CHECK(machine.waitFor(machine.second, "inherit"));
}

TEST_CASE("the next agent undoes what a killed agent with a killed guardian left") {
  const Machine machine;
  Child changer = startChanger(machine);
  const auto guardians = childrenOf(changer.pid());
  REQUIRE(guardians.size() == 1);
  kill(guardians.front(), SIGKILL);
  changer.kill();
  REQUIRE(eventually([&] { return kill(guardians.front(), 0) != 0; }));
  CHECK(Machine::valueOf(machine.first) == "madvise");

  CHECK(SettingsGuardian::restoreAbandoned(machine.places).size() == 1);
  CHECK(Machine::valueOf(machine.first) == "never");
  CHECK(Machine::valueOf(machine.second) == "inherit");
  CHECK(machine.journals() == 0);
  CHECK(SettingsGuardian::restoreAbandoned(machine.places).empty());
}

TEST_CASE("who wants to change settings waits for a guardian that is still to undo others" *
          needsSystemCalls()) {
  const Machine machine;
  Child changer = startChanger(machine);
  const auto guardians = childrenOf(changer.pid());
  REQUIRE(guardians.size() == 1);
  kill(guardians.front(), SIGSTOP);
  changer.kill();
  CHECK(Machine::valueOf(machine.first) == "madvise");
  const pid_t waiting = getpid();
  const pid_t waker = fork();
  if (waker == 0) {
    const bool isWaited = eventually([&] { return isAsleep(waiting); });
    kill(guardians.front(), SIGCONT);
    _exit(isWaited ? 0 : 1);
  }
  Child owner(waker);

  SettingsGuardian guardian(machine.places);
  CHECK(guardian.awaitOthers().ok());
  CHECK(owner.wait() == 0);
  CHECK(Machine::valueOf(machine.first) == "never");
  CHECK(Machine::valueOf(machine.second) == "inherit");
  REQUIRE(guardian.change({machine.first, "never", "madvise"}).ok());
  CHECK(guardian.awaitOthers().ok());  // its own changes are not in the way
  CHECK(Machine::valueOf(machine.first) == "madvise");
}

TEST_CASE("the changes of an agent that lives are left alone") {
  const Machine machine;
  const Child changer = startChanger(machine);
  CHECK(SettingsGuardian::restoreAbandoned(machine.places).empty());
  CHECK(Machine::valueOf(machine.first) == "madvise");
  CHECK(machine.journals() == 1);
}

TEST_CASE("an owner whose guardian was killed undoes the changes itself") {
  const Machine machine;
  {
    SettingsGuardian guardian(machine.places);
    REQUIRE(guardian.change({machine.first, "never", "madvise"}).ok());
    for (const pid_t pid : childrenOf(getpid())) kill(pid, SIGKILL);
  }
  CHECK(Machine::valueOf(machine.first) == "never");
}

TEST_CASE("a guardian that was killed is noticed at the next change, and everything is undone") {
  const Machine machine;
  SettingsGuardian guardian(machine.places);
  REQUIRE(guardian.change({machine.first, "never", "madvise"}).ok());
  for (const pid_t pid : childrenOf(getpid())) kill(pid, SIGKILL);
  CHECK(guardian.change({machine.second, "inherit", "always"}).error().code == "failed");
  CHECK(Machine::valueOf(machine.first) == "never");
  CHECK(Machine::valueOf(machine.second) == "inherit");
}

TEST_CASE("the signals that end a terminal's programs do not end a guardian") {
  const Machine machine;
  SettingsGuardian guardian(machine.places);
  REQUIRE(guardian.change({machine.first, "never", "madvise"}).ok());
  for (const pid_t pid : childrenOf(getpid())) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) kill(pid, signal);
  }
  CHECK(guardian.change({machine.second, "inherit", "always"}).ok());
}

TEST_CASE("nothing outside of the settings is written, whatever is asked") {
  const Machine machine;
  const std::string outside = machine.scratch.write("outside", "untouched");
  SettingsGuardian guardian(machine.places);
  CHECK(guardian.change({outside, "untouched", "madvise"}).error().code == "failed");
  CHECK(guardian.change({machine.places.settingsRoot + "../outside", "untouched", "madvise"})
            .error()
            .code == "failed");
  CHECK(guardian.change({machine.first, "never", "rm -rf"}).error().code == "failed");
  CHECK(*readTextFile(outside) == "untouched");
}

TEST_CASE(
    "journals that are damaged, of another boot or of somebody's imagination are not believed") {
  const Machine machine;
  const std::string boot = *readTrimmed("/proc/sys/kernel/random/boot_id");
  const std::string outside = machine.scratch.write("outside", "madvise");
  const std::string change = machine.first + "\tnever\tinherit\n";
  REQUIRE(writeTextFile(machine.first, "inherit").ok());
  machine.makeJournals();
  machine.scratch.write("journals/1.journal", "other boot\n" + change);
  machine.scratch.write("journals/2.journal", boot + "\n" + outside + "\tnever\tmadvise\n\tx\n" +
                                                  machine.first + "\t\t\n");
  machine.scratch.write("journals/3.journal", "");
  machine.scratch.write("journals/4.other", boot + "\n" + change);
  CHECK(SettingsGuardian::restoreAbandoned(machine.places).empty());
  CHECK(Machine::valueOf(machine.first) == "inherit");
  CHECK(*readTextFile(outside) == "madvise");
  CHECK(machine.journals() == 1);

  machine.scratch.write("journals/5.journal", boot + "\n" + change);
  CHECK(SettingsGuardian::restoreAbandoned(machine.places).size() == 1);
  CHECK(Machine::valueOf(machine.first) == "never");
}

TEST_CASE("a change that fails is reported and leaves nothing behind") {
  const Machine machine;
  {
    SettingsGuardian guardian(machine.places);
    CHECK(guardian.change({machine.places.settingsRoot + "missing", "never", "madvise"})
              .error()
              .code == "failed");
  }
  CHECK(machine.journals() == 0);
}

TEST_CASE("without a place for a journal nothing is changed") {
  const Machine machine;
  SettingsGuardian guardian(
      {machine.scratch.path() + "/no/such/parent", machine.places.settingsRoot});
  const auto change = guardian.change({machine.first, "never", "madvise"});
  REQUIRE_FALSE(change.ok());
  CHECK(change.error().message.find("journal") != std::string::npos);
  CHECK(Machine::valueOf(machine.first) == "never");
}

TEST_CASE("journals of other names are nobody's business") {
  const Machine machine;
  machine.makeJournals();
  const std::string notes = machine.scratch.write("journals/notes.journal", "precious");
  CHECK(SettingsGuardian::restoreAbandoned(machine.places).empty());
  CHECK(*readTextFile(notes) == "precious");
}

TEST_CASE("a folder that others may enter, or a link to one, is not used") {
  const std::string change = *readTrimmed("/proc/sys/kernel/random/boot_id") + "\n";
  for (const std::string kind : {"open to others", "link"}) {
    CAPTURE(kind);
    const Machine machine;
    if (kind == "link") {
      std::filesystem::create_directory(machine.scratch.path() + "/victim");
      chmod((machine.scratch.path() + "/victim").c_str(), 0700);
      REQUIRE(symlink((machine.scratch.path() + "/victim").c_str(),
                      machine.places.journalDirectory.c_str()) == 0);
    } else {
      machine.makeJournals(0755);
    }
    const std::string journal =
        machine.scratch.write("journals/1.journal", change + machine.first + "\tmadvise\tnever\n");
    CHECK(SettingsGuardian::restoreAbandoned(machine.places).empty());
    CHECK(readTextFile(journal).has_value());
    CHECK(Machine::valueOf(machine.first) == "never");
    SettingsGuardian guardian(machine.places);
    const auto refused = guardian.change({machine.first, "never", "madvise"});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("XDG_RUNTIME_DIR") != std::string::npos);
    CHECK(Machine::valueOf(machine.first) == "never");
  }
}

TEST_CASE("without a private place nothing is changed, and the agent says what to do") {
  const Machine machine;
  SettingsGuardian guardian({"", machine.places.settingsRoot});
  const auto refused = guardian.change({machine.first, "never", "madvise"});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("private place") != std::string::npos);
}

TEST_CASE(
    "neither a FIFO among the journals nor a folder that is locked keeps the agent waiting for "
    "ever") {
  const Machine machine;
  machine.makeJournals();
  REQUIRE(mkfifo((machine.places.journalDirectory + "/7.journal").c_str(), 0600) == 0);
  const Descriptor locked(
      open(machine.places.journalDirectory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(flock(locked.number(), LOCK_EX) == 0);
  CHECK(SettingsGuardian::restoreAbandoned(machine.places).empty());  // comes back
  flock(locked.number(), LOCK_UN);
  CHECK(SettingsGuardian::restoreAbandoned(machine.places).empty());
  SettingsGuardian guardian(machine.places);
  CHECK(guardian.awaitOthers().ok());
  CHECK(guardian.change({machine.first, "never", "madvise"}).ok());
}

// Where journals are kept with this environment.
std::string placeWith(const char* runtime, const char* home) {
  runtime == nullptr ? unsetenv("XDG_RUNTIME_DIR") : setenv("XDG_RUNTIME_DIR", runtime, 1);
  home == nullptr ? unsetenv("HOME") : setenv("HOME", home, 1);
  setenv("TMPDIR", "/tmp", 1);
  return settingsPlaces().journalDirectory;
}

TEST_CASE("root's journals are in /run, whatever the environment says" *
          Needs(geteuid() == 0 && access("/run", W_OK) == 0,
                "root, and a /run that can be written to")) {
  CHECK(placeWith("/run/user/7", "/home/x") == "/run/folio-agent");
}

TEST_CASE("the place of other users' journals is never in a folder that is shared") {
  CHECK(holdsWithoutRights(
      [] { return placeWith("/run/user/7", "/home/x") == "/run/user/7/folio-agent"; }));
  CHECK(holdsWithoutRights([] { return placeWith(nullptr, "/home/x") == "/home/x/.folio-agent"; }));
  CHECK(holdsWithoutRights([] { return placeWith("relative", "").empty(); }));
  CHECK(holdsWithoutRights([] { return placeWith(nullptr, nullptr).empty(); }));
}
