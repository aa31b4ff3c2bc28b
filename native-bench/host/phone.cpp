#include "host/phone.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "harness/child.hpp"
#include "harness/system_error.hpp"
#include "host/benchmark.hpp"
#include "host/kernel_counters.hpp"
#include "host/trial.hpp"
#include "memory/memory_limit.hpp"
#include "memory/page_frames.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// Folios of one size that are in use, and those of them on the deferred-split queue because some of
// their pages are mapped no more.
constexpr std::string_view inUse = "thp.nr_anon";
constexpr std::string_view queued = "thp.nr_anon_partially_mapped";

Result<Done> requireStatistics(const KernelCounters& counters, std::uint64_t folio) {
  if (counters.has(inUse) && counters.has(queued)) return Done{};
  return Error{"unsupported",
               "this kernel does not count partially mapped folios of " + std::to_string(folio) +
                   " bytes: nr_anon_partially_mapped is not in " + folioSizeDirectory(folio) +
                   "/stats, where Linux 6.12 and later have it"};
}

// Pages of the region that were written and are not where they were.
class Copies {
 public:
  explicit Copies(Region& region)
      : region_(region), before_(readPageFrames(region.begin(), region.end())) {}

  bool areSeen() const { return before_.has_value(); }
  std::uint64_t count(std::uint64_t written, double reused) const {
    if (before_) {
      if (const auto now = readPageFrames(region_.begin(), region_.end()))
        return now->size() - countSameFrames(*before_, *now);
    }
    return written - std::min(written, static_cast<std::uint64_t>(std::max(0.0, reused)));
  }

 private:
  Region& region_;
  std::optional<PageFrames> before_;
};

Result<Done> forkAndEnd() {
  const pid_t pid = fork();
  if (pid < 0) return systemError("fork");
  if (pid == 0) _exit(0);
  const auto ended = Child(pid).wait();
  if (ended && WIFEXITED(*ended) && WEXITSTATUS(*ended) == 0) return Done{};
  return Error{"failed", "the child ended abnormally"};
}

Error disturbed(const char* what, double found, std::uint64_t wanted) {
  return {"failed", std::string("other programs used folios of this size meanwhile: ") + what +
                        " changed by " + std::to_string(std::llround(found)) + " instead of " +
                        std::to_string(wanted) + "; close them, or choose another folio size"};
}

Result<PhoneScenario> observe(Trial& trial, const KernelCounters& empty, std::uint64_t folio) {
  const std::uint64_t page = basePageBytes();
  PhoneScenario scenario{.folios = trial.folios(), .points = {}, .warnings = {}};
  const KernelCounters full = KernelCounters::read(folio);
  if (full.since(empty, inUse) != static_cast<double>(scenario.folios))
    return disturbed("nr_anon", full.since(empty, inUse), scenario.folios);
  const Copies copies(trial.region());
  if (!copies.areSeen())
    scenario.warnings.push_back(
        "copies are writes without the system-wide pgreuse: page frame numbers are not readable "
        "without CAP_SYS_ADMIN");
  if (const auto forked = forkAndEnd(); !forked) return forked.error();

  const KernelCounters alone = KernelCounters::read(folio);
  const auto note = [&](std::uint64_t writes) {
    const KernelCounters now = KernelCounters::read(folio);
    const std::uint64_t copied =
        copies.count(writes * scenario.folios, now.since(alone, "vmstat.pgreuse"));
    const auto count = [&](std::string_view name) {
      return static_cast<std::uint64_t>(std::max(0.0, now.since(empty, name)));
    };
    scenario.points.push_back({writes, count(queued), count(inUse) * folio + copied * page});
  };
  note(0);
  for (std::uint64_t write = 0; write < folio / page; ++write) {
    for (std::uint64_t i = 0; i < scenario.folios; ++i)
      *reinterpret_cast<volatile std::uint64_t*>(trial.region().data() + i * folio + write * page) =
          write;
    note(write + 1);
  }
  const KernelCounters written = KernelCounters::read(folio);
  for (const char* name : {"thp.split", "thp.swpout"})
    trial.check(name, written.since(empty, name) == 0,
                std::to_string(std::llround(written.since(empty, name))) +
                    " folios of this size in the whole system meanwhile");
  return scenario;
}

}  // namespace

Result<PhoneScenario> runHostPhone(std::uint64_t size, std::uint64_t folio) {
  const Case what{
      .benchmark = "phone", .size = size, .folio = folio, .tasks = 1, .seed = 1, .cpus = {}};
  const KernelCounters empty = KernelCounters::read(folio);
  if (const auto offered = requireFolioSize(folio); !offered) return offered.error();
  if (const auto counted = requireStatistics(empty, folio); !counted) return counted.error();
  if (const auto enough = requireMemory(peakOf(what, 2, 2)); !enough) return enough.error();
  auto trial = Trial::prepare(what, MappedBy::pte);
  if (!trial) return trial.error();
  auto scenario = observe(*trial, empty, folio);
  if (!scenario) return scenario;
  const auto sample = trial->finish(trial->pages());
  if (!sample) return sample.error();
  if (const std::string reason = reasonInvalid(*sample); !reason.empty())
    return Error{"failed", reason};

  // With the region gone everything is as before, unless it was not this process alone.
  if (madvise(trial->region().data(), size, MADV_DONTNEED) != 0) return systemError("madvise");
  const KernelCounters after = KernelCounters::read(folio);
  if (after.since(empty, inUse) != 0) return disturbed("nr_anon", after.since(empty, inUse), 0);
  if (after.since(empty, queued) != 0)
    return disturbed("nr_anon_partially_mapped", after.since(empty, queued), 0);
  return scenario;
}

}  // namespace folio
