// Operations that several tasks carry out at once, each on its own copy of one region: forked from
// the process that populated it, released together, and kept until the last of them is done, so
// that nobody's exit disturbs the others.
#pragma once

#include <span>
#include <vector>

#include "harness/child.hpp"
#include "harness/descriptor.hpp"
#include "host/trial.hpp"

namespace folio {

// What a task does to the region, and what it was released for; nothing else is timed. False: it
// did not succeed.
using TaskWork = bool (*)(Region& region, std::uint64_t seed);
// Whether the work did what its name says, asked of the task itself after the clock.
using TaskProof = bool (*)(Region& region);

// What a task reports, in memory shared with its parent. A cache line (or two) each, so that tasks
// do not disturb each other.
struct alignas(128) TaskReport {
  Interval working;
  std::uint64_t bytes = 0;
  ThreadUsage usage;
  bool isProven = false;
};

struct Task {
  Child process;
  Descriptor signals;
};

// What there is to look at after the operation, while every task still lives.
struct TasksAtWork {
  std::vector<Task> tasks;
  std::vector<TaskReport> reports;
  std::uint64_t forkNs = 0;
  std::uint64_t bytes = 0;  // of all tasks
};

// Has the tasks of the case do `work` on the region of `trial`. The sample's operation lasts from
// the release to the end of the last one.
Result<TasksAtWork> workTogether(Trial& trial, const Case& what, TaskWork work, TaskProof proof);

// The finished sample of a trial whose tasks have worked. Checks that all of them live.
Result<Sample> finishTogether(Trial& trial, const TasksAtWork& together);

}  // namespace folio
