// anon-cow-seq and anon-cow-rand: tasks forked from a parent that populated the region write
// through it together, as `usemem -n TASKS --prealloc --prefault [--random]` of vm-scalability
// does. Specification: "vm-scalability case-anon-cow-seq / case-anon-cow-rand".
//
// Different from usemem: tasks that are done stay until the last one is, so that nobody's exit
// disturbs the others' writing; and random words come from SplitMix64 instead of nrand48.
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <new>
#include <span>

#include "harness/affinity.hpp"
#include "harness/child.hpp"
#include "harness/interruptions.hpp"
#include "harness/random.hpp"
#include "harness/system_error.hpp"
#include "host/benchmarks.hpp"
#include "host/trial.hpp"

namespace folio {

namespace {

using Word = volatile std::uint64_t;

// What a task reports, in memory shared with its parent. A cache line (or two) each, so that tasks
// do not disturb each other.
struct alignas(128) TaskReport {
  Interval writing;
  std::uint64_t bytes = 0;
  ThreadUsage usage;
};

class SharedReports {
 public:
  static Result<SharedReports> allocate(std::size_t count) {
    void* memory = mmap(nullptr, count * sizeof(TaskReport), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return systemError("mmap of shared memory");
    auto* reports = static_cast<TaskReport*>(memory);
    std::uninitialized_value_construct_n(reports, count);
    return SharedReports({reports, count});
  }
  SharedReports(SharedReports&& other) noexcept : reports_(std::exchange(other.reports_, {})) {}
  SharedReports& operator=(SharedReports&&) = delete;
  ~SharedReports() {
    if (!reports_.empty()) munmap(reports_.data(), reports_.size_bytes());
  }

  std::span<TaskReport> all() const { return reports_; }

 private:
  explicit SharedReports(std::span<TaskReport> reports) : reports_(reports) {}
  std::span<TaskReport> reports_;
};

using WriteWords = void (*)(Word* words, std::uint64_t count, std::uint64_t seed);

void writeAscending(Word* words, std::uint64_t count, std::uint64_t) {
  for (std::uint64_t i = 0; i < count; ++i) words[i] = i;
}

// As many writes as there are words, each to a uniformly random one.
void writeAtRandom(Word* words, std::uint64_t count, std::uint64_t seed) {
  Random random(seed);
  for (std::uint64_t i = 0; i < count; ++i) words[random.below(count)] = i;
}

struct TaskSetup {
  pid_t parent;
  int release;  // end of file starts the writing
  int signals;  // one byte when ready, one when done
  int cpu;      // negative: any
  std::uint64_t seed;
};

[[noreturn]] void runTask(const TaskSetup& setup, const Region& region, WriteWords write,
                          TaskReport& report) {
  dieWithParent(setup.parent);
  if (setup.cpu >= 0 && !pinToCpu(setup.cpu)) _exit(1);
  report = TaskReport{};  // touches the page before the clock
  char byte = 'r';
  if (!writeAll(setup.signals, {&byte, 1}) || read(setup.release, &byte, 1) != 0) _exit(1);
  auto* words = reinterpret_cast<Word*>(region.data());
  const std::uint64_t count = region.size() / sizeof(Word);
  const ThreadUsage usageBefore = ThreadUsage::begin();
  report.writing = timed([&] { write(words, count, setup.seed); });
  report.usage = usageBefore.untilNow();
  report.bytes = count * sizeof(Word);
  if (!writeAll(setup.signals, "d")) _exit(1);
  waitToBeKilled(setup.parent);
}

struct Task {
  Child process;
  Descriptor signals;

  // Waits for the task's next byte; an error when the task ended instead.
  Result<Done> await() const {
    char byte = 0;
    ssize_t count = 0;
    do count = read(signals.number(), &byte, 1);
    while (count < 0 && errno == EINTR);
    if (count == 1) return Done{};
    return Error{"failed",
                 "a task ended before its work was done: was it killed for want of memory?"};
  }
};

// Descriptors that a sample with many tasks needs exceed the usual soft limit.
void raiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<std::vector<Task>> forkTasks(const Case& what, const Region& region, Pipe& release,
                                    WriteWords write, std::span<TaskReport> reports) {
  raiseDescriptorLimit();
  std::vector<Task> tasks;
  tasks.reserve(what.tasks);
  const pid_t self = getpid();
  for (std::size_t i = 0; i < what.tasks; ++i) {
    auto signals = makePipe();
    if (!signals) return signals.error();
    const int cpu = what.cpus.empty() ? -1 : what.cpus[i % what.cpus.size()];
    const pid_t pid = fork();
    if (pid < 0) return systemError("fork of task " + std::to_string(i + 1));
    if (pid == 0) {
      release.writeEnd.close();
      // Distant seeds for neighbouring tasks: the generator's own output.
      Random seeds(what.seed + i);
      runTask({self, release.readEnd.number(), signals->writeEnd.number(), cpu, seeds.next()},
              region, write, reports[i]);
    }
    tasks.push_back({Child(pid), std::move(signals->readEnd)});
  }
  return tasks;
}

Result<Done> awaitAll(const std::vector<Task>& tasks) {
  for (const Task& task : tasks) {
    if (const auto done = task.await(); !done) return done.error();
  }
  return Done{};
}

void checkCopies(Trial& trial, const std::vector<Task>& tasks, std::uint64_t size) {
  std::uint64_t copied = 0;
  std::uint64_t swapped = 0;
  std::uint64_t alive = 0;
  for (const Task& task : tasks) {
    const auto status =
        readMappingStatus(task.process.pid(), trial.region().begin(), trial.region().end());
    if (status && status->resident == size && status->exclusive == size) ++copied;
    if (status) swapped += status->swapped;
    if (task.process.isAlive()) ++alive;
  }
  const std::string all = " of " + std::to_string(tasks.size()) + " tasks";
  trial.check("child", alive == tasks.size(), std::to_string(alive) + all + " alive");
  trial.check("outcome", copied == tasks.size() && swapped == 0,
              std::to_string(copied) + all + " have a copy of every page, " +
                  std::to_string(swapped) + " bytes of them swapped out");
}

Result<Sample> runWith(const Case& what, WriteWords write) {
  auto trial = Trial::prepare(what, naturalMapping(what.folio), true);
  if (!trial) return trial.error();
  auto reports = SharedReports::allocate(what.tasks);
  if (!reports) return reports.error();
  auto release = makePipe();
  if (!release) return release.error();
  Result<std::vector<Task>> tasks = std::vector<Task>{};
  const Interval forking =
      timed([&] { tasks = forkTasks(what, trial->region(), *release, write, reports->all()); });
  if (!tasks) return tasks.error();
  if (const auto ready = awaitAll(*tasks); !ready) return ready.error();

  Result<Done> finished = Done{};
  trial->measure([&] {
    release->writeEnd.close();
    finished = awaitAll(*tasks);
  });
  if (!finished) return finished.error();

  Interval& operation = trial->operation();
  operation.endNs = std::ranges::max(reports->all(), {}, [](const TaskReport& report) {
                      return report.writing.endNs;
                    }).writing.endNs;
  const double setupNs = static_cast<double>(trial->populateNs() + forking.elapsedNs());
  std::vector<TaskResult> results;
  std::uint64_t bytes = 0;
  ThreadUsage usage;
  std::uint64_t longestAbsenceNs = 0;
  double usememBytesPerSecond = 0;
  for (const TaskReport& report : reports->all()) {
    results.push_back({report.writing.elapsedNs(), report.bytes});
    bytes += report.bytes;
    usage += report.usage;
    longestAbsenceNs = std::max(longestAbsenceNs, absentNs(report.writing, report.usage));
    // usemem adds an eighth of the region to what a task wrote, and its clock starts before the
    // region is populated.
    const double usememNs = setupNs + static_cast<double>(report.writing.endNs - operation.startNs);
    const std::uint64_t usememBytes = report.bytes + what.size / 8;
    usememBytesPerSecond += static_cast<double>(usememBytes) * 1e9 / usememNs;
  }
  trial->carriedOutByTasks(longestAbsenceNs, usage);
  trial->count("populateNs", static_cast<double>(trial->populateNs()));
  trial->count("forkNs", static_cast<double>(forking.elapsedNs()));
  trial->count("usememBytesPerSecond", usememBytesPerSecond);
  checkCopies(*trial, *tasks, what.size);
  return trial->finish(bytes, std::move(results));
}

std::uint64_t peakBytes(const Case& what) {
  return peakOf(what, what.tasks + 1, what.tasks + 1);
}

}  // namespace

const Benchmark anonCowSeqBenchmark{
    .name = "anon-cow-seq",
    .metric = Metric::throughput,
    .summary =
        "Tasks forked from a parent that populated the region each write all of it in ascending "
        "order.",
    .hasTasks = true,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = [](const Case& what) { return runWith(what, writeAscending); },
};

const Benchmark anonCowRandBenchmark{
    .name = "anon-cow-rand",
    .metric = Metric::throughput,
    .summary =
        "Tasks forked from a parent that populated the region each write as many random words of "
        "it.",
    .hasTasks = true,
    .supports = nullptr,
    .peakBytes = peakBytes,
    .run = [](const Case& what) { return runWith(what, writeAtRandom); },
};

}  // namespace folio
