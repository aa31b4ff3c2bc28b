// One sample of the running kernel: brings the region into the state that a benchmark starts from,
// proves that state, times the operation, and collects what the kernel counted in the meantime.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "harness/interruptions.hpp"
#include "harness/marks.hpp"
#include "harness/perf_counters.hpp"
#include "harness/result.hpp"
#include "harness/sample.hpp"
#include "harness/thread_usage.hpp"
#include "host/kernel_counters.hpp"
#ifdef FOLIO_TEST_DELAY
#include "host/test_delay.hpp"
#endif
#include "memory/mapping_status.hpp"
#include "memory/region.hpp"

namespace folio {

// How the page tables refer to the folios of the region before the operation.
enum class MappedBy { pmd, pte };

// What a fault on an untouched region leads to: PMD entries where the folio is that large.
MappedBy naturalMapping(std::uint64_t folio);

// Pages that wait in a per-CPU list are left as they are by an advice, or marked a little later.
constexpr std::uint64_t mostPagesInLists = 64;

class Trial {
 public:
  // One process, folios of the wanted size, every page touched and writable. `withChildren` makes
  // hardware counters include processes that are forked later.
  static Result<Trial> prepare(const Case& what, MappedBy mappedBy, bool withChildren = false);

  // The same of shared memory without a file, mapped by PTEs.
  static Result<Trial> prepareShared(const Case& what);

  // The region reserved and nothing of it touched.
  static Result<Trial> prepareEmpty(const Case& what);

  Region& region() { return region_; }
  std::uint64_t pages() const;
  std::uint64_t folios() const { return what_.size / what_.folio; }
  // Time the region's population took.
  std::uint64_t populateNs() const { return populateNs_; }

  // Times `operation`. `afterwards` runs right after the second clock reading.
  template <class Operation, class Afterwards>
  void measure(Operation&& operation, Afterwards&& afterwards) {
    beginCounting();
#ifdef FOLIO_TEST_DELAY
    const std::uint64_t delayNs = testDelayNs();
    const Interval interval = timed([&] {
      std::forward<Operation>(operation)();
      waitBusily(delayNs);
    });
#else
    const Interval interval = timed([&] {
      markBegin();
      std::forward<Operation>(operation)();
      markEnd();
    });
#endif
    std::forward<Afterwards>(afterwards)();
    endCounting(interval);
  }
  template <class Operation>
  void measure(Operation&& operation) {
    measure(std::forward<Operation>(operation), [] {});
  }

  void check(std::string name, bool passed, std::string detail);
  // Whether the region consists of folios of the wanted size, as what was populated last.
  Result<Done> checkFolioSize();
  // The outcome of an operation that leaves the region as it was: all present in one mapping.
  Result<Done> checkStillThere(MappedBy mappedBy);
  // Adds a counter, or replaces the one of this name.
  void count(const std::string& name, double value);
  void warn(std::string text) {
    sample_.warnings.push_back(std::move(text));
  }
  double counted(std::string_view name) const {
    return after_.since(before_, name);
  }
  const ThreadUsage& usage() const {
    return sample_.usage;
  }

  // After a fork, in the child that is measured instead of its parent.
  void goOnInChild() {
    perf_ = PerfCounters::open(false);
  }
  // The operation swaps the region out: that it is swapped is no disturbance.
  void mayBeSwapped() {
    mayBeSwapped_ = true;
  }

  // Of an operation that tasks carry out while this process waits for them: the most that one of
  // them was absent, and what they used together.
  void carriedOutByTasks(std::uint64_t absentNs, const ThreadUsage& usage);

  // The region as it is now.
  Result<MappingStatus> status() const;

  // The finished sample, with the checks that every benchmark has in common. One task with `work`
  // unless told more.
  Result<Sample> finish(std::uint64_t work, std::vector<TaskResult> tasks = {});

  Interval& operation() {
    return sample_.operation;
  }

 private:
  Trial(const Case& what, Region region, PerfCounters perf)
      : what_(what), region_(std::move(region)), perf_(std::move(perf)) {}

  static Result<Trial> over(Result<Region> region, const Case& what, bool withChildren);
  static Result<Trial> preparedOver(Result<Region> region, const Case& what, MappedBy mappedBy,
                                    bool withChildren);
  Result<Done> populate();
  bool consistsOfPages() const;
  void switchLargeFoliosOff();
  Result<Done> checkMapping(MappedBy mappedBy);
  void beginCounting();
  void endCounting(const Interval& interval);

  Case what_;
  Region region_;
  PerfCounters perf_;
  std::uint64_t populateNs_ = 0;
  KernelCounters beforePopulation_;
  KernelCounters before_;
  KernelCounters after_;
  std::uint64_t swappedBefore_ = 0;
  bool mayBeSwapped_ = false;
  std::uint64_t absentNs_ = 0;
  ThreadUsage usageBefore_;
  Sample sample_;
};

}  // namespace folio
