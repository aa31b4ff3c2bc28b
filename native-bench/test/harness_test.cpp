#include <doctest/doctest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "harness/affinity.hpp"
#include "harness/base64.hpp"
#include "harness/child.hpp"
#include "harness/clock.hpp"
#include "harness/descriptor.hpp"
#include "harness/interruptions.hpp"
#include "harness/perf_counters.hpp"
#include "harness/processor_time.hpp"
#include "harness/random.hpp"
#include "harness/text_file.hpp"
#include "harness/thread_usage.hpp"
#include "needs.hpp"
#include "scratch_directory.hpp"
#include "unprivileged.hpp"

using namespace folio;

TEST_CASE("base64 of the examples of RFC 4648, and of bytes that are not text") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64(std::string_view("\0\xff\xfe", 3)) == "AP/+");
}

TEST_CASE("timed covers the operation") {
  const std::uint64_t before = monotonicNs();
  const Interval interval = timed([] { usleep(2000); });
  const std::uint64_t after = monotonicNs();
  CHECK(interval.elapsedNs() >= 2'000'000);
  CHECK(interval.startNs >= before);
  CHECK(interval.endNs <= after);
}

TEST_CASE("notations of /proc and /sys") {
  CHECK(bracketedChoice("always [madvise] never\n") == "madvise");
  CHECK(bracketedChoice("none\n") == "none");
  CHECK(bracketedChoice("odd ] [") == "odd ] [");
  CHECK(trimmed(" \n\t ") == "");
  CHECK(splitWords("  a\tb  c ").size() == 3);
  CHECK(splitLines("a\n\nb").size() == 3);
  CHECK(parseNumber("18446744073709551615") == 18446744073709551615u);
  for (const char* text : {"", "18446744073709551616", "-1", "+1", "1 ", "0x1"})
    CHECK_FALSE(parseNumber(text));
  const char* const text =
      "MemTotal:       24 kB\nMemTotalOther: 7\ncpu family\t: 6\ncpu  1 2 3\nempty:\n";
  CHECK(numberField(text, "MemTotal") == 24);
  CHECK(numberField(text, "cpu family") == 6);
  CHECK(fieldOf(text, "cpu") == "family\t: 6");  // the first line that fits decides
  CHECK(fieldOf(text, "empty") == "");
  CHECK_FALSE(fieldOf(text, "Mem"));
  CHECK_FALSE(numberField(text, "empty"));
}

TEST_CASE("files are read and replaced") {
  const ScratchDirectory scratch;
  const std::string path = scratch.write("setting", "always madvise [never]\n");
  CHECK(readTrimmed(path) == "always madvise [never]");
  REQUIRE(writeTextFile(path, "42").ok());
  CHECK(readNumber(path) == 42);
  CHECK_FALSE(readTextFile(scratch.path() + "/missing"));
  CHECK(writeTextFile(scratch.path() + "/missing", "1").error().code == "failed");
  CHECK_FALSE(readTextFile(scratch.path()));  // a directory
}

TEST_CASE("writing without permission says so") {
  CHECK(holdsWithoutRights([] {
    return writeTextFile("/proc/sys/kernel/randomize_va_space", "2").error().code ==
           "not-permitted";
  }));
}

TEST_CASE("pinning restricts to the CPU") {
  // In a child, so that the other tests keep their CPUs.
  const pid_t pid = fork();
  if (pid == 0) {
    const std::vector<int> allowed = allowedCpus();
    const bool pinned = !allowed.empty() && pinToCpu(allowed.back()).ok();
    _exit(pinned && allowedCpus() == std::vector<int>{allowed.back()} &&
                  sched_getcpu() == allowed.back()
              ? 0
              : 1);
  }
  CHECK(Child(pid).wait() == 0);
  CHECK_FALSE(pinToCpu(-1).ok());
  CHECK_FALSE(pinToCpu(8191).ok());
}

TEST_CASE("random numbers are those of the published generator") {
  // First outputs of splitmix64.c (Vigna, prng.di.unimi.it) from the seed 1234567.
  Random random(1234567);
  CHECK(random.next() == 6457827717110365317u);
  CHECK(random.next() == 3203168211198807973u);
  CHECK(random.next() == 9817491932198370423u);
  for (int i = 0; i < 1000; ++i) REQUIRE(random.below(7) < 7);
}

TEST_CASE("a child is killed and reaped with its owner") {
  pid_t pid = -1;
  {
    const pid_t self = getpid();
    pid = fork();
    if (pid == 0) waitToBeKilled(self);
    const Child child(pid);
    CHECK(child.isAlive());
  }
  CHECK(kill(pid, 0) != 0);
}

TEST_CASE("a child that has ended is not alive, also before it was waited for") {
  const pid_t pid = fork();
  if (pid == 0) _exit(3);
  Child child(pid);
  siginfo_t info{};
  REQUIRE(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
  CHECK_FALSE(child.isAlive());
  const auto status = child.wait();
  REQUIRE(status);
  CHECK(WEXITSTATUS(*status) == 3);
}

TEST_CASE("a grandchild dies with the child that made it") {
  // Its end of the pipe closes when it is gone.
  Pipe pipe = *makePipe();
  const pid_t pid = fork();
  if (pid == 0) {
    const pid_t self = getpid();
    if (fork() == 0) waitToBeKilled(self);
    (void)writeAll(pipe.writeEnd.number(), "r");
    waitToBeKilled(getppid());
  }
  pipe.writeEnd.close();
  char byte = 0;
  REQUIRE(read(pipe.readEnd.number(), &byte, 1) == 1);
  Child(pid).kill();
  CHECK(read(pipe.readEnd.number(), &byte, 1) == 0);
}

TEST_CASE("hardware counters count, or say why not") {
  PerfCounters perf = PerfCounters::open(false);
  perf.start();
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < 1000000; ++i) {
    sum += i;
    asm volatile("" : "+r"(sum));
  }
  perf.stop();
  CHECK(perf.available() == perf.reason().empty());
  CHECK((perf.available() || perf.read().empty()));
  for (const auto& [name, value] : perf.read()) {
    if (name == "instructions") CHECK(value > 1e6);
  }
}

TEST_CASE("lists of CPUs are written as the kernel writes them") {
  const auto text = [](std::vector<int> cpus) { return formatCpus(cpus); };
  CHECK(text({}) == "");
  CHECK(text({3}) == "3");
  CHECK(text({0, 1}) == "0-1");
  CHECK(text({0, 1, 2, 5, 7, 8}) == "0-2,5,7-8");
}

TEST_CASE("a stop and a suspended machine are told apart, and an hour of neither is none") {
  CHECK(stopCheck(0, 0).passed);
  CHECK(stopCheck(0, 50'000'000).passed);  // between two readings of clocks
  CHECK(stopCheck(2, 0).detail.find("2 time(s)") != std::string::npos);
  CHECK_FALSE(stopCheck(2, 0).passed);
  CHECK(stopCheck(0, 3'000'000'000).detail.find("suspended for 3000 ms") != std::string::npos);
  CHECK_FALSE(stopCheck(0, 3'000'000'000).passed);
}

TEST_CASE(
    "time in which a thread neither ran nor waited for a CPU is noticed, stolen time is not held "
    "against it") {
  const auto absentOf = [](std::uint64_t ranNs, std::optional<std::uint64_t> waitedNs) {
    return absentNs({100, 1100}, ThreadUsage{.ranNs = ranNs, .waitedNs = waitedNs});
  };
  CHECK(absentOf(300, 200) == 500);
  CHECK(absentOf(1000, 0) == 0);
  CHECK(absentOf(0, 1000) == 0);
  CHECK(absentOf(1000, 1000) == 0);
  CHECK(absentOf(500, std::nullopt) == 0);
  CHECK(freezeCheck(20'000'000, 0).passed);
  CHECK_FALSE(freezeCheck(300'000'000, 0).passed);
  CHECK(freezeCheck(300'000'000, 290'000'000).passed);
  CHECK(freezeCheck(300'000'000, 0).detail.find("300 ms") != std::string::npos);
}

const bool keepsAccount = ThreadUsage::begin().waitedNs.has_value();
constexpr const char* account = "a kernel that keeps account of waiting (CONFIG_SCHED_INFO)";

TEST_CASE("a thread that computes is active, one that sleeps is not" *
          Needs(keepsAccount, account)) {
  const auto stolenNs = [] { return machineTime(*readTextFile("/proc/stat")).stolenNs; };
  const std::uint64_t stolenBefore = stolenNs();
  const ThreadUsage before = ThreadUsage::begin();
  const Interval busy = timed([] {
    const std::uint64_t begin = monotonicNs();
    while (monotonicNs() < begin + 50'000'000) continue;
  });
  const std::uint64_t absent = absentNs(busy, before.untilNow());
  CHECK(freezeCheck(absent, stolenNs() - stolenBefore).passed);
  const ThreadUsage asleepBefore = ThreadUsage::begin();
  const Interval asleep = timed([] { usleep(100'000); });
  CHECK_FALSE(freezeCheck(absentNs(asleep, asleepBefore.untilNow()), 0).passed);
}

TEST_CASE("a process that has only just begun knows how long it waited" *
          Needs(keepsAccount, account)) {
  // Before the first tick the kernel has noted no time for it.
  for (int i = 0; i < 20; ++i) {
    const pid_t pid = fork();
    if (pid == 0) _exit(ThreadUsage::begin().waitedNs ? 0 : 1);
    CHECK(Child(pid).wait() == 0);
  }
}

TEST_CASE("a thread that shares its CPU waits for it, and is taken off it" *
          Needs(keepsAccount, account)) {
  const int cpu = allowedCpus().front();
  const auto compute = [&](int ms) {
    if (!pinToCpu(cpu)) return;
    const std::uint64_t end = monotonicNs() + static_cast<std::uint64_t>(ms) * 1'000'000;
    while (monotonicNs() < end) continue;
  };
  ThreadUsage usage;
  std::thread rival(compute, 400);
  std::thread([&] {
    if (!pinToCpu(cpu)) return;
    const ThreadUsage before = ThreadUsage::begin();
    compute(200);
    usage = before.untilNow();
  }).join();
  rival.join();
  CHECK(usage.involuntarySwitches > 0);
  CHECK(*usage.waitedNs > usage.countedNs / 10);
  CHECK(usage.ranNs + *usage.waitedNs <= usage.countedNs + 20'000'000);
}

TEST_CASE("usages of threads are added, and what one kernel does not keep is not there") {
  const ThreadUsage one{
      .countedNs = 5, .ranNs = 4, .waitedNs = 1, .minorFaults = 7, .involuntarySwitches = 2};
  ThreadUsage sum = one;
  sum += one;
  CHECK(
      sum ==
      ThreadUsage{
          .countedNs = 10, .ranNs = 8, .waitedNs = 2, .minorFaults = 14, .involuntarySwitches = 4});
  CHECK(one.counters().back() == std::pair<std::string, double>{"waitedNs", 1});
  sum += ThreadUsage{.waitedNs = std::nullopt};
  CHECK_FALSE(sum.waitedNs.has_value());
  CHECK(sum.counters().back().first == "involuntarySwitches");
}

TEST_CASE("the first line of /proc/stat says what the processors did, in ticks") {
  const auto tick = 1'000'000'000u / static_cast<unsigned>(sysconf(_SC_CLK_TCK));
  const MachineTime time = machineTime("cpu  1 2 3 4 5 6 7 80 9 10\ncpu0 1 2 3 4 5 6 7 99 9 10\n");
  CHECK(time.busyNs == (1ull + 2 + 3 + 6 + 7) * tick);
  CHECK(time.stolenNs == 80ull * tick);
  CHECK(machineTime("cpu  1 2 3\n").busyNs == 0);
  CHECK(machineTime("").stolenNs == 0);
}

TEST_CASE("what a child has used counts as this process's own") {
  const auto busyNs = [] {
    return static_cast<double>(machineTime(*readTextFile("/proc/stat")).busyNs);
  };
  const double busyBefore = busyNs();
  const ProcessorTime before = ProcessorTime::read();
  const pid_t pid = fork();
  if (pid == 0) {
    const std::uint64_t endNs = readClockNs(CLOCK_PROCESS_CPUTIME_ID) + nsPerSecond / 10;
    while (readClockNs(CLOCK_PROCESS_CPUTIME_ID) < endNs) continue;
    _exit(0);
  }
  Child(pid).wait();
  const auto since = ProcessorTime::read().since(before);
  REQUIRE(since.size() == 4);
  CHECK(since[0].first == "sampleNs");
  CHECK(since[0].second >= 1e8);
  CHECK(since[1].first == "processorsNs");
  CHECK(since[2].first == "otherProgramsNs");
  // The child's tenth of a second is not of others; what it used is reported in microseconds.
  CHECK(since[2].second <= busyNs() - busyBefore - 0.9e8);
}
