// scheduling: which CPUs this process may use, how much of them, and in what class.
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>

#include "agent/facts/facts.hpp"
#include "harness/affinity.hpp"
#include "harness/text_file.hpp"
#include "memory/memory_limit.hpp"

namespace folio {

namespace {

// Names of sched(7); a number for one that is newer than this program.
std::string policyName(int policy) {
  switch (policy & ~SCHED_RESET_ON_FORK) {
    case SCHED_OTHER:
      return "other";
    case SCHED_FIFO:
      return "fifo";
    case SCHED_RR:
      return "rr";
    case SCHED_BATCH:
      return "batch";
    case SCHED_IDLE:
      return "idle";
    case SCHED_DEADLINE:
      return "deadline";
    default:
      return std::to_string(policy);
  }
}

// CPUs' worth of time that one group allows; nothing without a quota ("max", or -1 in version 1).
std::optional<double> quotaOf(const MachineFiles& files, const std::string& directory,
                              int version) {
  OptionalNumber quota;
  OptionalNumber period;
  if (version == 2) {
    const auto text = files.text(directory + "/cpu.max");
    const auto words = splitWords(text ? *text : std::string_view());
    if (words.size() == 2) quota = parseNumber(words[0]), period = parseNumber(words[1]);
  } else {
    quota = files.number(directory + "/cpu.cfs_quota_us");
    period = files.number(directory + "/cpu.cfs_period_us");
  }
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

// The least on the way to the root.
std::optional<double> readQuota(const MachineFiles& files) {
  const auto place = findCgroup(files.pathOf(""), "cpu");
  if (!place) return std::nullopt;
  std::optional<double> least;
  for (std::string relative = place->relative;; relative.erase(relative.rfind('/'))) {
    const auto quota = quotaOf(files, place->mountPoint + relative, place->version);
    if (quota) least = std::min(*quota, least.value_or(*quota));
    if (relative.empty()) return least;
  }
}

}  // namespace

void writeSchedulingFacts(JsonWriter& json, const MachineFiles& files) {
  const int policy = sched_getscheduler(0);
  sched_param parameters{};
  sched_getparam(0, &parameters);
  json.key("scheduling").beginObject();
  json.member("allowedCpus", formatCpus(allowedCpus())).member("cpuQuota", readQuota(files));
  json.member("policy", policy < 0 ? OptionalText() : policyName(policy));
  json.member("priority", parameters.sched_priority).member("nice", getpriority(PRIO_PROCESS, 0));
  json.endObject();
}

}  // namespace folio
