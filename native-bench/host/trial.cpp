#include "host/trial.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>

#include "harness/affinity.hpp"
#include "harness/sample_grid.hpp"
#include "harness/system_error.hpp"
#include "memory/page_frames.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

std::string outOf(std::uint64_t part, std::uint64_t all, std::string_view what) {
  return std::to_string(part) + " of " + std::to_string(all) + " " + std::string(what);
}

}  // namespace

MappedBy naturalMapping(std::uint64_t folio) {
  return folio == pmdFolioBytes() ? MappedBy::pmd : MappedBy::pte;
}

Result<Trial> Trial::over(Result<Region> region, const Case& what, bool withChildren) {
  if (!region) return region.error();
  if (!what.cpus.empty()) {
    if (const auto pinned = pinToCpu(what.cpus.front()); !pinned) return pinned.error();
  }
  Trial trial(what, std::move(*region), PerfCounters::open(withChildren));
  trial.beforePopulation_ = KernelCounters::read(what.folio);
  return trial;
}

Result<Trial> Trial::prepare(const Case& what, MappedBy mappedBy, bool withChildren) {
  return preparedOver(Region::reserve(what.size), what, mappedBy, withChildren);
}

Result<Trial> Trial::prepareShared(const Case& what) {
  return preparedOver(Region::reserveShared(what.size), what, MappedBy::pte, false);
}

Result<Trial> Trial::preparedOver(Result<Region> region, const Case& what, MappedBy mappedBy,
                                  bool withChildren) {
  auto trial = over(std::move(region), what, withChildren);
  if (!trial) return trial;
  if (const auto done = trial->populate(); !done) return done.error();
  if (const auto done = trial->checkFolioSize(); !done) return done.error();
  if (mappedBy != naturalMapping(what.folio)) {
    if (const auto done = trial->region_.mapByPtes(what.folio); !done) return done.error();
  }
  if (const auto done = trial->checkMapping(mappedBy); !done) return done.error();
  return trial;
}

Result<Trial> Trial::prepareEmpty(const Case& what) {
  auto trial = over(Region::reserve(what.size), what, false);
  if (!trial) return trial;
  if (trial->consistsOfPages()) trial->switchLargeFoliosOff();
  const auto now = trial->status();
  if (!now) return now.error();
  trial->check("mapping", now->resident == 0 && now->swapped == 0 && now->mappings == 1,
               std::to_string(now->resident) + " bytes present in " +
                   std::to_string(now->mappings) + " mapping(s) (smaps)");
  return trial;
}

std::uint64_t Trial::pages() const {
  return what_.size / basePageBytes();
}

Result<Done> Trial::populate() {
  // Single pages must not come as parts of something larger, also where THP is set to `always`.
  if (consistsOfPages()) switchLargeFoliosOff();
  beforePopulation_ = KernelCounters::read(what_.folio);
  Result<Done> done = Done{};
  populateNs_ = timed([&] { done = region_.populate(what_.folio); }).elapsedNs();
  if (!done) return done;
  // From here on no operation allocates huge pages, and khugepaged shall not replace those of the
  // region by others while it is measured. Inherited by children.
  if (!consistsOfPages()) switchLargeFoliosOff();
  return done;
}

bool Trial::consistsOfPages() const {
  return what_.folio == basePageBytes();
}

void Trial::switchLargeFoliosOff() {
  if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0)
    warn("khugepaged is not kept away: prctl(PR_SET_THP_DISABLE) failed");
}

Result<Done> Trial::checkFolioSize() {
  const std::string wanted = "folios of " + std::to_string(what_.folio) + " bytes";
  if (naturalMapping(what_.folio) == MappedBy::pmd) {
    const auto now = status();
    if (!now) return now.error();
    check("folio-size", now->pmdMapped == what_.size,
          outOf(now->pmdMapped / what_.folio, folios(), wanted) + " (AnonHugePages of smaps)");
    return Done{};
  }
  const auto frames = readPageFrames(region_.begin(), region_.end());
  const auto whole =
      frames ? countWholeFolios(*frames, what_.folio / basePageBytes()) : std::nullopt;
  if (whole) {
    check("folio-size", *whole == folios(), outOf(*whole, folios(), wanted) + " (kpageflags)");
    return Done{};
  }
  if (consistsOfPages()) {
    const auto mapped = status();
    if (!mapped) return mapped.error();
    check("folio-size", thpDisabledForProcess() && mapped->pmdMapped == 0,
          thpDisabledForProcess()
              ? "large folios are switched off for this process, and kpageflags is not readable"
              : "large folios could not be switched off for this process");
    return Done{};
  }
  const KernelCounters now = KernelCounters::read(what_.folio);
  const double allocated = now.since(beforePopulation_, "thp.anon_fault_alloc");
  const double fallbacks = now.since(beforePopulation_, "thp.anon_fault_fallback");
  check("folio-size",
        now.has("thp.anon_fault_alloc") && allocated >= static_cast<double>(folios()) &&
            fallbacks == 0,
        outOf(static_cast<std::uint64_t>(allocated), folios(), wanted) +
            " (anon_fault_alloc of this size, system-wide: kpageflags is not readable)");
  return Done{};
}

Result<Done> Trial::checkMapping(MappedBy mappedBy) {
  const auto now = status();
  if (!now) return now.error();
  swappedBefore_ = now->swapped;
  const std::uint64_t wantedByPmd = mappedBy == MappedBy::pmd ? what_.size : 0;
  std::string detail = std::to_string(now->resident) + " bytes present in " +
                       std::to_string(now->mappings) + " mapping(s), " +
                       std::to_string(now->pmdMapped) + " of them by PMD entries (smaps)";
  bool passed = now->resident == what_.size && now->pmdMapped == wantedByPmd && now->mappings == 1;
  if (naturalMapping(what_.folio) != mappedBy) {
    // The folios were PMD-mapped a moment ago; where flags are readable, see that they have not
    // been split.
    const auto frames = readPageFrames(region_.begin(), region_.end());
    const auto whole =
        frames ? countWholeFolios(*frames, what_.folio / basePageBytes()) : std::nullopt;
    if (whole) detail += "; " + outOf(*whole, folios(), "folios whole (kpageflags)");
    passed = passed && whole.value_or(folios()) == folios();
  }
  check("mapping", passed, detail);
  return Done{};
}

Result<Done> Trial::checkStillThere(MappedBy mappedBy) {
  const auto now = status();
  if (!now) return now.error();
  const std::uint64_t wantedByPmd = mappedBy == MappedBy::pmd ? what_.size : 0;
  check("outcome",
        now->resident == what_.size && now->pmdMapped == wantedByPmd && now->mappings == 1,
        std::to_string(now->resident) + " bytes present in " + std::to_string(now->mappings) +
            " mapping(s), " + std::to_string(now->pmdMapped) + " of them by PMD entries (smaps)");
  return Done{};
}

void Trial::beginCounting() {
  before_ = KernelCounters::read(what_.folio);
  waitForSampleGrid();
  usageBefore_ = ThreadUsage::begin();
  perf_.start();
}

void Trial::endCounting(const Interval& interval) {
  perf_.stop();
  sample_.usage = usageBefore_.untilNow();
  absentNs_ = absentNs(interval, sample_.usage);
  sample_.operation = interval;
  after_ = KernelCounters::read(what_.folio);
  sample_.counters = after_.since(before_);
  for (auto& [name, value] : perf_.read()) sample_.counters.emplace_back("perf." + name, value);
}

void Trial::carriedOutByTasks(std::uint64_t absentNs, const ThreadUsage& usage) {
  absentNs_ = absentNs;
  sample_.usage = usage;
}

void Trial::check(std::string name, bool passed, std::string detail) {
  sample_.checks.push_back({std::move(name), passed, std::move(detail)});
}

void Trial::count(const std::string& name, double value) {
  const auto known =
      std::ranges::find(sample_.counters, name, &std::pair<std::string, double>::first);
  if (known != sample_.counters.end()) {
    known->second = value;
  } else {
    sample_.counters.emplace_back(name, value);
  }
}

Result<MappingStatus> Trial::status() const {
  const auto now = readMappingStatus(getpid(), region_.begin(), region_.end());
  if (!now) return systemError("reading /proc/self/smaps");
  return *now;
}

Result<Sample> Trial::finish(std::uint64_t work, std::vector<TaskResult> tasks) {
  const auto now = status();
  if (!now) return now.error();
  check(
      "no-swap",
      swappedBefore_ == 0 && (mayBeSwapped_ || now->swapped == 0) && sample_.usage.majorFaults == 0,
      std::to_string(swappedBefore_) + " bytes swapped out before, " +
          std::to_string(now->swapped) + " after, " + std::to_string(sample_.usage.majorFaults) +
          " major faults during the operation");
  const bool keptAway = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1;
  const auto collapses = static_cast<std::uint64_t>(counted("vmstat.thp_collapse_alloc"));
  check("no-collapse", keptAway || collapses == 0,
        keptAway ? "khugepaged is kept away from this process"
                 : "khugepaged collapsed " + std::to_string(collapses) +
                       " huge pages in the system meanwhile");
  sample_.checks.push_back(freezeCheck(absentNs_, static_cast<std::uint64_t>(counted("stealNs"))));
  sample_.work = work;
  sample_.tasks = std::move(tasks);
  if (sample_.tasks.empty()) sample_.tasks.push_back({sample_.operation.elapsedNs(), work});
  return sample_;
}

}  // namespace folio
