#include "host/together.hpp"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>

#include "harness/affinity.hpp"
#include "harness/random.hpp"
#include "harness/system_error.hpp"

namespace folio {

namespace {

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

struct TaskSetup {
  pid_t parent;
  int release;  // end of file starts the work
  int signals;  // one byte when ready, one when done
  int cpu;      // negative: any
  std::uint64_t seed;
  TaskWork work;
  TaskProof proof;
};

[[noreturn]] void runTask(const TaskSetup& setup, Region& region, TaskReport& report) {
  dieWithParent(setup.parent);
  if (setup.cpu >= 0 && !pinToCpu(setup.cpu)) _exit(1);
  report = TaskReport{};  // touches the page before the clock
  char byte = 'r';
  if (!writeAll(setup.signals, {&byte, 1}) || read(setup.release, &byte, 1) != 0) _exit(1);
  bool hasWorked = false;
  const ThreadUsage usageBefore = ThreadUsage::begin();
  report.working = timed([&] { hasWorked = setup.work(region, setup.seed); });
  report.usage = usageBefore.untilNow();
  report.bytes = region.size();
  report.isProven = hasWorked && setup.proof(region);
  if (!writeAll(setup.signals, "d")) _exit(1);
  waitToBeKilled(setup.parent);
}

// Waits for the task's next byte; an error when the task ended instead.
Result<Done> await(const Task& task) {
  char byte = 0;
  ssize_t count = 0;
  do count = read(task.signals.number(), &byte, 1);
  while (count < 0 && errno == EINTR);
  if (count == 1) return Done{};
  return Error{"failed",
               "a task ended before its work was done: was it killed for want of memory?"};
}

// Descriptors that a sample with many tasks needs exceed the usual soft limit.
void raiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<std::vector<Task>> forkTasks(const Case& what, Region& region, Pipe& release, TaskWork work,
                                    TaskProof proof, std::span<TaskReport> reports) {
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
      runTask({self, release.readEnd.number(), signals->writeEnd.number(), cpu, seeds.next(), work,
               proof},
              region, reports[i]);
    }
    tasks.push_back({Child(pid), std::move(signals->readEnd)});
  }
  return tasks;
}

Result<Done> awaitAll(const std::vector<Task>& tasks) {
  for (const Task& task : tasks) {
    if (const auto done = await(task); !done) return done.error();
  }
  return Done{};
}

}  // namespace

Result<TasksAtWork> workTogether(Trial& trial, const Case& what, TaskWork work, TaskProof proof) {
  auto reports = SharedReports::allocate(what.tasks);
  if (!reports) return reports.error();
  auto release = makePipe();
  if (!release) return release.error();
  Result<std::vector<Task>> tasks = std::vector<Task>{};
  const Interval forking = timed(
      [&] { tasks = forkTasks(what, trial.region(), *release, work, proof, reports->all()); });
  if (!tasks) return tasks.error();
  if (const auto ready = awaitAll(*tasks); !ready) return ready.error();

  Result<Done> finished = Done{};
  trial.measure([&] {
    release->writeEnd.close();
    finished = awaitAll(*tasks);
  });
  if (!finished) return finished.error();

  TasksAtWork together{std::move(*tasks), {}, forking.elapsedNs(), 0};
  ThreadUsage usage;
  std::uint64_t longestAbsenceNs = 0;
  std::uint64_t lastEndNs = 0;
  for (const TaskReport& report : reports->all()) {
    together.reports.push_back(report);
    together.bytes += report.bytes;
    usage += report.usage;
    longestAbsenceNs = std::max(longestAbsenceNs, absentNs(report.working, report.usage));
    lastEndNs = std::max(lastEndNs, report.working.endNs);
  }
  trial.operation().endNs = lastEndNs;
  trial.carriedOutByTasks(longestAbsenceNs, usage);
  return together;
}

Result<Sample> finishTogether(Trial& trial, const TasksAtWork& together) {
  const auto alive = static_cast<std::size_t>(std::ranges::count_if(
      together.tasks, [](const Task& task) { return task.process.isAlive(); }));
  trial.check(
      "child", alive == together.tasks.size(),
      std::to_string(alive) + " of " + std::to_string(together.tasks.size()) + " tasks alive");
  std::vector<TaskResult> results;
  for (const TaskReport& report : together.reports)
    results.push_back({report.working.elapsedNs(), report.bytes});
  return trial.finish(together.bytes, std::move(results));
}

}  // namespace folio
