#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "agent/request_line.hpp"
#include "agent_process.hpp"
#include "children_of.hpp"
#include "eventually.hpp"
#include "harness/child.hpp"
#include "harness/clock.hpp"
#include "harness/random.hpp"
#include "harness/text_file.hpp"
#include "json_reading.hpp"
#include "memory/region.hpp"
#include "memory/thp_settings.hpp"
#include "needs.hpp"
#include "scratch_directory.hpp"

using namespace folio;

namespace {

std::string sampleRequest(const std::string& benchmark, std::uint64_t size,
                          std::uint64_t tasks = 1) {
  return "request=sample id=s target=host benchmark=" + benchmark +
         " size=" + std::to_string(size) +
         " folio=" + std::to_string(pmdFolioBytes().value_or(2 * mebibyte)) +
         " tasks=" + std::to_string(tasks) + " seed=1 cpus=any";
}

// Runs for seconds, so that something can happen in the meantime: each task writes at random to a
// region of this size.
std::string longSampleRequest() {
  return sampleRequest("anon-cow-rand", 64 * mebibyte, 3);
}

AgentProcess startedAgent() {
  AgentProcess agent = AgentProcess::start();
  const auto hello = agent.receive();
  REQUIRE(hello);
  REQUIRE(memberOf(*hello, "type") == "\"hello\"");
  return agent;
}

std::string errorCode(const std::string& reply) {
  return memberOf(reply, "type") == "\"error\"" ? memberOf(reply, "code") : "no error: " + reply;
}

// The worker process of an agent that takes a sample, once it is there.
pid_t workerOf(pid_t agent) {
  std::vector<pid_t> children;
  CHECK(eventually([&] { return !(children = childrenOf(agent)).empty(); }));
  return children.empty() ? 0 : children.front();
}

// How many children of a worker have been running for longer than it takes to begin writing: they
// have used CPU time.
std::size_t tasksWriting(pid_t worker) {
  return static_cast<std::size_t>(std::ranges::count_if(childrenOf(worker), [](pid_t child) {
    constexpr std::uint64_t begunNs = 20'000'000;
    const auto stat = readTextFile("/proc/" + std::to_string(child) + "/schedstat");
    return stat && parseNumber(splitWords(*stat).front()).value_or(0) > begunNs;
  }));
}

// Whether one of a worker's tasks is not in a system call, as all that have written everything are.
bool isAnyInUserMode(pid_t worker) {
  return std::ranges::any_of(childrenOf(worker), [](pid_t child) {
    const auto call = readTextFile("/proc/" + std::to_string(child) + "/syscall");
    return call && call->starts_with("-1 ");
  });
}

bool isSwitchedOff(std::uint64_t folio) {
  const auto setting = settingFor(folio);
  return setting && *setting;
}

// A program in a session of its own that starts an agent, has it take a long sample, and waits to
// be killed.
struct Engine {
  pid_t pid;
  Descriptor keptInput;  // a copy of the agent's input that outlives the engine

  // Returns once the sample's tasks run.
  static Engine start() {
    int input[2], output[2];
    REQUIRE(pipe2(input, O_CLOEXEC) == 0);
    REQUIRE(pipe2(output, O_CLOEXEC) == 0);
    const pid_t pid = fork();
    if (pid == 0) {
      setsid();
      if (fork() == 0) {
        dup2(input[0], STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        execl(FOLIO_AGENT, FOLIO_AGENT, "serve", nullptr);
        _exit(127);
      }
      for (;;) pause();
    }
    const Descriptor others[] = {Descriptor(input[0]), Descriptor(output[0]),
                                 Descriptor(output[1])};
    Engine engine{pid, Descriptor(input[1])};
    REQUIRE(writeAll(input[1], longSampleRequest() + '\n').ok());
    // The engine, the agent, a worker and its three tasks.
    REQUIRE(eventually([&] { return processesOfSession(pid).size() == 6; }));
    return engine;
  }
};

}  // namespace

TEST_CASE("the first line says hello") {
  AgentProcess agent = AgentProcess::start();
  const auto hello = agent.receive();
  REQUIRE(hello);
  CHECK(isJson(*hello));
  CHECK(memberOf(*hello, "type") == "\"hello\"");
  CHECK(memberOf(*hello, "protocol") == "3");
  CHECK(hello->find(R"("returns":["plain")") != std::string::npos);
  CHECK(memberOf(*hello, "pid") == std::to_string(agent.pid()));
  CHECK(memberOf(*hello, "targets") == "[\"host\",\"model\"]");
  CHECK(memberOf(*hello, "basePageBytes") == std::to_string(basePageBytes()));
  for (const char* name : {"remap", "munmap", "fork", "cow", "cow-byte", "cow-reuse",
                           "cow-reuse-byte", "pte-dontneed", "anon-cow-seq", "anon-cow-rand"}) {
    CHECK(memberOf(*hello, "benchmarks").find("{\"name\":\"" + std::string(name) + "\"") !=
          std::string::npos);
  }
  CHECK(memberOf(*hello, "schemes").find("\"nocmpxchg\"") != std::string::npos);
}

TEST_CASE("a conversation") {
  AgentProcess agent = startedAgent();
  const std::string facts = agent.ask("request=facts id=a%20b");
  CHECK(isJson(facts));
  CHECK(memberOf(facts, "type") == "\"facts\"");
  CHECK(memberOf(facts, "id") == "\"a b\"");

  const std::string latencies = agent.ask("request=latencies id=l");
  CHECK(isJson(latencies));
  CHECK(memberOf(latencies, "type") == "\"latencies\"");
  CHECK(memberOf(latencies, "id") == "\"l\"");
  CHECK(memberOf(latencies, "latencies").starts_with("[{\"instruction\":\"plain add\",\"ns\":"));

  const std::string progress = agent.ask("request=condition id=2 size=134217728");
  CHECK(isJson(progress));
  CHECK(memberOf(progress, "type") == "\"progress\"");
  CHECK(memberOf(progress, "done") == "134217728");
  CHECK(memberOf(progress, "total") == "134217728");

  const std::string model = agent.ask(
      "request=sample id=m target=model benchmark=fork size=33554432 folio=2097152 tasks=1 seed=1 "
      "cpus=any "
      "scheme=all work=full readers=0 form=sound returns=plain");
  CHECK(isJson(model));
  CHECK(memberOf(model, "type") == "\"sample\"");
  CHECK(memberOf(model, "valid") == "true");
  CHECK(memberOf(model, "work") == "8192");

  const std::string counts = agent.ask(
      "request=counts id=c target=model benchmark=munmap size=33554432 folio=2097152 tasks=1 "
      "seed=1 cpus=any "
      "scheme=all work=full readers=0 form=sound returns=plain");
  CHECK(isJson(counts));
  CHECK(memberOf(counts, "type") == "\"counts\"");
  CHECK(memberOf(counts, "id") == "\"c\"");
  // Two atomics of the section for each page, and a reference: table H.3 of the specification.
  CHECK(memberOf(counts, "counts")
            .starts_with(
                "{\"pages\":8192,\"folios\":16,\"mappingRmw\":16384,\"referenceRmw\":8192,"));

  const std::string phone =
      agent.ask("request=phone id=p target=model scheme=upstream-6.10 size=32768 folio=16384");
  CHECK(isJson(phone));
  CHECK(phone ==
        "{\"type\":\"phone\",\"id\":\"p\",\"folios\":2,\"points\":["
        "{\"writes\":0,\"queued\":0,\"bytes\":32768},{\"writes\":1,\"queued\":2,\"bytes\":40960},"
        "{\"writes\":2,\"queued\":2,\"bytes\":49152},{\"writes\":3,\"queued\":2,\"bytes\":57344},"
        "{\"writes\":4,\"queued\":0,\"bytes\":32768}],\"warnings\":[]}");

  const std::string counterexample = agent.ask("request=counterexample id=c");
  CHECK(isJson(counterexample));
  CHECK(memberOf(counterexample, "type") == "\"counterexample\"");
  CHECK(memberOf(counterexample, "reproduced") == "true");

  CHECK(agent.ask("request=bye id=9") == "{\"type\":\"bye\",\"id\":\"9\"}");
  CHECK(agent.wait() == 0);
}

TEST_CASE("requests that are in error are answered, and the next one works") {
  struct Wrong {
    std::string request, code;
  };
  const std::string size = std::to_string(32 * mebibyte);
  const std::string rest = " folio=2097152 tasks=1 seed=1 cpus=any";
  const std::vector<Wrong> wrong{
      {"", "bad-request"},
      {"hello", "bad-request"},
      {"request=facts", "bad-request"},
      {"request=facts id=\xff", "bad-request"},
      {std::string("request=facts id=1\0", 19), "bad-request"},
      {"request=facts  id=1", "bad-request"},
      {"request=facts id=1 " + std::string(maxLineBytes, 'x'), "bad-request"},
      {"request=teleport id=1", "unknown-request"},
      {"request=facts id=1 size=3", "unknown-key"},
      {"request=latencies id=1 size=3", "unknown-key"},
      {"request=bye id=1 now=yes", "unknown-key"},
      {"request=condition id=1", "missing-key"},
      {"request=symbols id=1", "missing-key"},
      {"request=symbols id=1 addresses=ffffffff81000000,", "bad-value"},
      {"request=symbols id=1 addresses=1 more=2", "unknown-key"},
      {"request=condition id=1 size=0", "bad-value"},
      {"request=condition id=1 size=35184372088832", "not-enough-memory"},
      {"request=settings id=1 folio=12345", "unsupported"},
      {"request=sample id=1 target=host benchmark=teleport size=" + size + rest,
       "unknown-benchmark"},
      {"request=sample id=1 target=host benchmark=cow size=0" + rest, "bad-value"},
      {"request=sample id=1 target=host benchmark=cow size=3145728" + rest, "bad-value"},
      {"request=sample id=1 target=host benchmark=cow size=" + size +
           " folio=2097152 tasks=0 seed=1 cpus=any",
       "bad-value"},
      {"request=sample id=1 target=host benchmark=cow size=" + size +
           " folio=67108864 tasks=1 seed=1 cpus=any",
       "bad-value"},
      {"request=sample id=1 target=host benchmark=cow size=67108864 folio=67108864 tasks=1 seed=1 "
       "cpus=any",
       "unsupported"},
      {"request=counterexample id=1 order=9", "unknown-key"},
      {"request=phone id=1 scheme=baseline size=65536 folio=65536", "missing-key"},
      {"request=phone id=1 target=host scheme=baseline size=65536 folio=65536", "unknown-key"},
      {"request=phone id=1 target=mars size=65536 folio=65536", "bad-value"},
      {"request=phone id=1 target=model scheme=nix size=65536 folio=65536", "unknown-scheme"},
      {"request=phone id=1 target=model scheme=baseline size=65536 folio=8192", "bad-value"},
      {"request=phone id=1 target=model scheme=baseline size=8388608 folio=8388608", "bad-value"},
      {"request=phone id=1 target=model scheme=baseline size=65536", "missing-key"},
      {"request=counts id=1 target=host benchmark=cow size=" + size + rest, "bad-value"},
      {"request=counts id=1 target=model benchmark=cow size=" + size + rest +
           " scheme=nix work=full readers=0 form=sound returns=plain",
       "unknown-scheme"},
      {"request=counts id=1 target=model benchmark=cow size=" + size + rest +
           " scheme=all work=full readers=0 form=sound returns=tail-call",
       "bad-value"},
      {"request=sample id=1 target=model benchmark=cow size=" + size + rest +
           " scheme=nix work=full readers=0 form=sound returns=plain",
       "unknown-scheme"},
  };
  AgentProcess agent = startedAgent();
  for (const auto& each : wrong) {
    CAPTURE(each.request);
    const std::string reply = agent.ask(each.request);
    CHECK(isJson(reply));
    CHECK(errorCode(reply) == '"' + each.code + '"');
  }
  CHECK(memberOf(agent.ask("request=bye id=1"), "type") == "\"bye\"");
  CHECK(agent.wait() == 0);
}

TEST_CASE("a sample is reported with all that belongs to it" * needsHugePages()) {
  AgentProcess agent = startedAgent();
  const std::string sample = agent.ask(sampleRequest("munmap", 32 * mebibyte));
  CHECK(isJson(sample));
  CHECK(memberOf(sample, "type") == "\"sample\"");
  CHECK(memberOf(sample, "id") == "\"s\"");
  CHECK(memberOf(sample, "valid") == "true");
  CHECK(memberOf(sample, "reason") == "null");
  CHECK(memberOf(sample, "work") == "8192");
  CHECK(parseNumber(memberOf(sample, "elapsedNs")).value_or(0) > 0);
  CHECK(parseNumber(memberOf(sample, "setupNs")).value_or(0) > 0);
  CHECK(parseNumber(memberOf(sample, "teardownNs")).value_or(0) > 0);
  CHECK(memberOf(sample, "tasks") ==
        "[{\"elapsedNs\":" + memberOf(sample, "elapsedNs") + ",\"work\":8192}]");
}

TEST_CASE("a sample that does not fit into memory is refused, and the next one is taken" *
          needsHugePages()) {
  AgentProcess agent = startedAgent();
  CHECK(errorCode(agent.ask(sampleRequest("cow", 1ull << 45))) == "\"not-enough-memory\"");
  CHECK(memberOf(agent.ask(sampleRequest("munmap", 32 * mebibyte)), "valid") == "true");
}

TEST_CASE("no bytes make the agent crash or fall silent") {
  AgentProcess agent = startedAgent();
  Random random(4);
  for (int round = 0; round < 300; ++round) {
    std::string line = "request=settings id=1 folio=12345";
    for (std::uint64_t edits = random.below(5); edits > 0; --edits) {
      line.insert(random.below(line.size()), 1, static_cast<char>(random.below(256)));
    }
    if (random.below(20) == 0) line = std::string(random.below(3 * maxLineBytes), 'x');
    const auto lines = 1 + std::ranges::count(line, '\n');
    agent.send(line + '\n');
    for (auto i = lines; i > 0; --i) {
      const auto reply = agent.receive();
      REQUIRE(reply);
      REQUIRE(isJson(*reply));
      REQUIRE(memberOf(*reply, "type") == "\"error\"");
    }
  }
  CHECK(memberOf(agent.ask("request=bye id=1"), "type") == "\"bye\"");
  CHECK(agent.wait() == 0);
}

TEST_CASE("requests that arrive together are answered in order") {
  AgentProcess agent = startedAgent();
  agent.send(
      "request=condition id=1 size=1048576\nrequest=nix id=2\nrequest=condition id=3 "
      "size=1048576\n");
  for (const char* id : {"\"1\"", "\"2\"", "\"3\""}) {
    const auto reply = agent.receive();
    REQUIRE(reply);
    CHECK(memberOf(*reply, "id") == id);
  }
}

TEST_CASE("the end of input ends the agent: well between requests, badly within a line") {
  AgentProcess idle = startedAgent();
  idle.closeInput();
  CHECK(idle.wait() == 0);

  AgentProcess cut = startedAgent();
  cut.send("request=facts id");
  cut.closeInput();
  const auto reply = cut.receive();
  REQUIRE(reply);
  CHECK(errorCode(*reply) == "\"bad-request\"");
  CHECK(memberOf(*reply, "id") == "null");
  CHECK(cut.wait() == 1);
}

TEST_CASE("an agent that hears nothing any more ends, and empty lines keep it") {
  AgentProcess agent = AgentProcess::start({"serve", "--silence", "2"});
  REQUIRE(agent.receive());
  for (int i = 0; i < 25; ++i) {
    agent.send("\n");
    usleep(100'000);
  }
  CHECK(memberOf(agent.ask("request=condition id=1 size=1048576"), "id") == "\"1\"");
  CHECK(agent.wait() == -SIGALRM);
}

TEST_CASE(
    "an agent that hears nothing any more ends in the middle of a sample, and its workers with it" *
    needsHugePages()) {
  AgentProcess agent = AgentProcess::start({"serve", "--silence", "1"});
  REQUIRE(agent.receive());
  agent.send(longSampleRequest() + '\n');
  CHECK(agent.wait() == -SIGALRM);
  // A quick machine may have answered before; whoever had a copy of its output is gone as well.
  while (agent.receive()) continue;
}

TEST_CASE("one agent has the lock of a machine, and whoever may wait gets it next") {
  const std::string name = "folio-agent-test-" + std::to_string(getpid());
  AgentProcess first = AgentProcess::start({"serve", "--lock", name});
  REQUIRE(first.receive());
  AgentProcess refused = AgentProcess::start({"serve", "--lock", name});
  const auto reply = refused.receive();
  REQUIRE(reply);
  CHECK(errorCode(*reply) == "\"busy\"");
  CHECK(refused.wait() == 1);
  AgentProcess waiting = AgentProcess::start({"serve", "--lock", name, "--lock-wait", "60"});
  first.closeInput();
  const auto hello = waiting.receive();
  REQUIRE(hello);
  CHECK(memberOf(*hello, "type") == "\"hello\"");
}

TEST_CASE("the end of input in the middle of a sample ends everything at once" * needsHugePages()) {
  AgentProcess agent = startedAgent();
  agent.send(longSampleRequest() + '\n');
  REQUIRE(eventually([&] { return tasksWriting(workerOf(agent.pid())) == 3; }));
  agent.closeInput();
  CHECK(agent.wait() == 1);
  CHECK_FALSE(agent.receive());  // no reply, and nobody is left who holds the stream open
}

TEST_CASE("a half-closed socket is an end of input as well" * needsHugePages()) {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDIN_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    execl(FOLIO_AGENT, FOLIO_AGENT, nullptr);
    _exit(127);
  }
  const Descriptor own(ends[0]);
  Descriptor(ends[1]).close();
  // Behind the sample more requests wait, so that the end is not the next thing to be read.
  REQUIRE(writeAll(own.number(), longSampleRequest() + "\nrequest=facts id=2\nrequest=facts id=3\n")
              .ok());
  REQUIRE(eventually([&] { return tasksWriting(workerOf(pid)) == 3; }));
  shutdown(own.number(), SHUT_WR);
  const auto status = Child(pid).wait();
  REQUIRE(status);
  CHECK(WEXITSTATUS(*status) == 1);
}

TEST_CASE("kill -9 of the engine during a sample leaves no process" * needsHugePages()) {
  for (const bool inputStaysOpen : {false, true}) {
    CAPTURE(inputStaysOpen);
    Engine engine = Engine::start();
    if (!inputStaysOpen) engine.keptInput.close();
    Child(engine.pid).kill();
    CHECK(eventually([&] { return processesOfSession(engine.pid).empty(); }));
  }
}

TEST_CASE("kill -9 of the agent during a sample leaves no process" * needsHugePages()) {
  const Engine engine = Engine::start();
  // All but the engine, the agent first: the others must not depend on being killed themselves.
  const auto processes = processesOfSession(engine.pid);
  for (const pid_t pid : processes) {
    const auto status = readTextFile("/proc/" + std::to_string(pid) + "/status");
    if (status && numberField(*status, "PPid") == static_cast<std::uint64_t>(engine.pid))
      kill(pid, SIGKILL);
  }
  CHECK(eventually([&] { return processesOfSession(engine.pid).size() == 1; }));
  Child(engine.pid).kill();
}

TEST_CASE("a killed worker is an error of the sample, and the agent goes on" * needsHugePages()) {
  AgentProcess agent = startedAgent();
  agent.send(longSampleRequest() + '\n');
  const pid_t worker = workerOf(agent.pid());
  REQUIRE(worker > 1);  // a signal to 0 or -1 would end everything
  // Dies first when memory runs out.
  CHECK(eventually(
      [&] { return readNumber("/proc/" + std::to_string(worker) + "/oom_score_adj") == 1000; }));
  kill(worker, SIGKILL);
  const auto reply = agent.receive();
  REQUIRE(reply);
  CHECK(errorCode(*reply) == "\"failed\"");
  CHECK(reply->find("signal 9") != std::string::npos);
  CHECK(memberOf(agent.ask(sampleRequest("munmap", 32 * mebibyte)), "valid") == "true");
}

TEST_CASE("a sample whose process was stopped is invalid" * needsHugePages()) {
  for (const std::string target : {"host", "model"}) {
    CAPTURE(target);
    AgentProcess agent = startedAgent();
    agent.send(
        target == "host"
            ? longSampleRequest() + '\n'
            : "request=sample id=s target=model benchmark=anon-cow-rand size=67108864 folio=65536 "
              "tasks=3 seed=1 cpus=any scheme=baseline work=full readers=0 form=sound "
              "returns=plain\n");
    const pid_t worker = workerOf(agent.pid());
    REQUIRE(worker > 1);  // a signal to 0 or -1 would stop everything
    // Its handler of SIGCONT is there as soon as the signal is caught.
    CHECK(eventually([&] {
      const auto status = readTextFile("/proc/" + std::to_string(worker) + "/status");
      const auto caught = status ? fieldOf(*status, "SigCgt") : std::nullopt;
      return caught &&
             (std::stoull(std::string(*caught), nullptr, 16) & (1ull << (SIGCONT - 1))) != 0;
    }));
    REQUIRE(kill(worker, SIGSTOP) == 0);
    CHECK(eventually([&] {
      const auto stat = readTextFile("/proc/" + std::to_string(worker) + "/stat");
      return stat && stat->find(") T ") != std::string::npos;
    }));
    REQUIRE(kill(worker, SIGCONT) == 0);
    const auto reply = agent.receive();
    REQUIRE(reply);
    CHECK(memberOf(*reply, "valid") == "false");
    CHECK(memberOf(*reply, "reason").find("no-stop: the process was stopped") != std::string::npos);
    CHECK(memberOf(agent.ask(sampleRequest("munmap", 32 * mebibyte)), "valid") == "true");
  }
}

// A control group that can be frozen, of either version; removed at the end.
class FreezableGroup {
 public:
  FreezableGroup() {
    const std::string name = "/folio-agent-test-" + std::to_string(getpid());
    for (const std::string root : {"/sys/fs/cgroup/freezer", "/sys/fs/cgroup"}) {
      if (mkdir((root + name).c_str(), 0755) != 0) continue;
      path_ = root + name;
      isFirst_ = access((path_ + "/freezer.state").c_str(), W_OK) == 0;
      if (isFirst_ || access((path_ + "/cgroup.freeze").c_str(), W_OK) == 0) return;
      rmdir(path_.c_str());
      path_.clear();
    }
  }
  ~FreezableGroup() {
    if (!path_.empty()) rmdir(path_.c_str());
  }
  bool isThere() const { return !path_.empty(); }
  bool take(pid_t pid) const {
    return writeTextFile(path_ + "/cgroup.procs", std::to_string(pid)).ok();
  }
  void freeze() const { set("FROZEN", "1"); }
  void thaw() const { set("THAWED", "0"); }
  bool isFrozen() const {
    const auto state = readTextFile(path_ + (isFirst_ ? "/freezer.state" : "/cgroup.events"));
    return state && state->find(isFirst_ ? "FROZEN" : "frozen 1") != std::string::npos;
  }

 private:
  void set(const char* first, const char* second) const {
    REQUIRE(writeTextFile(path_ + (isFirst_ ? "/freezer.state" : "/cgroup.freeze"),
                          isFirst_ ? first : second)
                .ok());
  }
  std::string path_;
  bool isFirst_ = false;  // version 1
};

TEST_CASE("a sample that was frozen is invalid" *
          Needs(FreezableGroup().isThere(), "a control group that can be frozen") *
          needsSystemCalls() * needsHugePages()) {
  const FreezableGroup group;
  AgentProcess agent = startedAgent();
  REQUIRE(group.take(agent.pid()));
  // On a busy machine the tasks may have written everything before they are frozen: then another
  // sample is taken.
  REQUIRE(eventually([&] {
    agent.send(longSampleRequest() + '\n');
    REQUIRE(eventually([&] { return tasksWriting(workerOf(agent.pid())) > 0; }));
    group.freeze();
    REQUIRE(eventually([&] { return group.isFrozen(); }));
    if (isAnyInUserMode(workerOf(agent.pid()))) return true;
    group.thaw();
    REQUIRE(agent.receive());
    return false;
  }));
  usleep(300'000);  // the pause that must not be measured
  group.thaw();
  const auto reply = agent.receive();
  REQUIRE(reply);
  CHECK(memberOf(*reply, "valid") == "false");
  CHECK(memberOf(*reply, "reason").find("no-freeze") != std::string::npos);
  agent.ask("request=bye id=b");
  agent.wait();
}

TEST_CASE("huge pages that are switched off for the process are named" * needsHugePages()) {
  REQUIRE(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0);
  AgentProcess agent = startedAgent();
  prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
  CHECK(agent.ask("request=facts id=f").find("\"disabledForProcess\":true") != std::string::npos);
  const std::string reply = agent.ask(sampleRequest("munmap", 32 * mebibyte));
  CHECK(errorCode(reply) == "\"thp-never\"");
  CHECK(reply.find("PR_SET_THP_DISABLE") != std::string::npos);
}

TEST_CASE("settings are changed on request, and restored however the agent ends" *
          Needs(geteuid() == 0, "root") *
          Needs(isSwitchedOff(mebibyte), "folios of 1 MiB that are switched off")) {
  const std::uint64_t folio = 1 * mebibyte;
  const auto setting = settingFor(folio);
  const std::string path = (*setting)->path;
  const auto current = [&] { return std::string(bracketedChoice(*readTextFile(path))); };
  const std::string request = "request=settings id=1 folio=" + std::to_string(folio);
  for (const std::string end : {"bye", "input", "SIGTERM", "SIGKILL"}) {
    CAPTURE(end);
    AgentProcess agent = startedAgent();
    const std::string reply = agent.ask(request);
    CHECK(memberOf(reply, "changed") ==
          "[{\"path\":\"" + path + "\",\"from\":\"" + (*setting)->from + "\",\"to\":\"madvise\"}]");
    CHECK(current() == "madvise");
    CHECK(memberOf(agent.ask(request), "changed") == "[]");
    if (end == "bye") agent.ask("request=bye id=2");
    if (end == "bye") CHECK(current() == (*setting)->from);  // already before the reply
    if (end == "input") agent.closeInput();
    if (end == "SIGTERM") kill(agent.pid(), SIGTERM);
    if (end == "SIGKILL") kill(agent.pid(), SIGKILL);
    agent.wait();
    CHECK(eventually([&] { return current() == (*setting)->from; }));
  }
}

TEST_CASE("without permission settings are not changed, and the agent says so" *
          Needs(isSwitchedOff(65536), "folios of 64 KiB that are switched off")) {
  const ScratchDirectory own;  // where the journal of changes goes
  AgentProcess agent = AgentProcess::startWithoutRights(own.path());
  REQUIRE(agent.receive());
  CHECK(errorCode(agent.ask("request=settings id=1 folio=65536")) == "\"not-permitted\"");
}

TEST_CASE("commands for people") {
  CHECK(runAgent({"--help"}).status == 0);
  CHECK(runAgent({"--help"}).text.find("self-test") != std::string::npos);
  CHECK(runAgent({"--version"}).status == 0);
  CHECK(runAgent({"list"}).text.find("cow-reuse-byte") != std::string::npos);
  CHECK(runAgent({"run", "--help"}).status == 0);
  const Outcome facts = runAgent({"facts"});
  CHECK(facts.status == 0);
  CHECK(isJson(facts.text.substr(0, facts.text.size() - 1)));
  const Outcome counterexample = runAgent({"self-test", "--counterexample"});
  CHECK(counterexample.status == 0);
  CHECK(counterexample.text.find("exclusive") != std::string::npos);
}

TEST_CASE("commands for people that take samples" * needsHugePages()) {
  const Outcome run = runAgent({"run", "munmap", "--size", "32M", "--samples", "2"});
  CAPTURE(run.text);
  CHECK(run.status == 0);
  CHECK(run.text.find("of 2 valid samples") != std::string::npos);
  const Outcome selfTest = runAgent({"self-test"});
  CAPTURE(selfTest.text);
  CHECK(selfTest.status == 0);
  CHECK(selfTest.text.find("anon-cow-rand          passed") != std::string::npos);
  CHECK(selfTest.text.find("mprotect-shared-dirty  passed") != std::string::npos);
}

TEST_CASE("commands that are called wrongly end with status 2 and a message") {
  const std::vector<std::vector<std::string>> calls{{"dance"},
                                                    {"list", "all"},
                                                    {"facts", "x"},
                                                    {"serve", "x"},
                                                    {"serve", "--silence"},
                                                    {"serve", "--silence", "soon"},
                                                    {"serve", "--lock", ""},
                                                    {"serve", "--loud", "1"},
                                                    {"self-test", "--fast"},
                                                    {"run"},
                                                    {"run", "teleport"},
                                                    {"run", "cow", "--size"},
                                                    {"run", "cow", "--size", "many"},
                                                    {"run", "cow", "--size", "0"},
                                                    {"run", "cow", "--size", "3M"},
                                                    {"run", "cow", "--samples", "-1"},
                                                    {"run", "cow", "--samples", "0"},
                                                    {"run", "cow", "--tasks", "0"},
                                                    {"run", "cow", "--offer-folio", "maybe"},
                                                    {"run", "cow", "--colour", "red"},
                                                    {"run", "cow", "fast", "please"}};
  for (const auto& call : calls) {
    std::string words;
    for (const std::string& word : call) words += word + ' ';
    CAPTURE(words);
    const Outcome outcome = runAgent(call);
    CHECK(outcome.status == 2);
    CHECK(outcome.text.starts_with("folio-agent"));
  }
}
