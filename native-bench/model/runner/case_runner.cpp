#include "model/runner/case_runner.hpp"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <deque>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "harness/affinity.hpp"
#include "harness/clock.hpp"
#include "model/memory/deferred_split.hpp"
#include "model/memory/id_allocator.hpp"

namespace folio::model {

namespace {

// Gives every region folio the number of references that its mappings account for and frees those
// without any: what accounting work left out.
void recountReferences(Memmap& memmap, DeferredSplitQueue& queue,
                       std::vector<std::unique_ptr<Mm>>& mms) {
  std::vector<std::int32_t> references(memmap.folios(), 0);
  const auto count = [&](Pte entry) {
    if (pte::isPresent(entry) && pte::frameOf(entry) < memmap.regionPages())
      ++references[pte::frameOf(entry) >> memmap.order()];
  };
  for (const std::unique_ptr<Mm>& mm : mms) {
    for (std::uint64_t i = 0; i < mm->pages() >> memmap.order(); ++i) count(mm->entireEntry(i));
    for (std::uint64_t page = 0; page < mm->pages(); ++page) count(mm->entry(page));
  }
  for (std::uint64_t i = 0; i < memmap.folios(); ++i) {
    const Folio folio = memmap.folio(i);
    const bool freed = folio.refcount() > 0 && references[i] == 0;
    folio.refcount() = references[i];
    if (freed && folio.order > 0) queue.remove<Measured>(folio);
  }
}

// Pages in the order in which a task of anon-cow-rand writes them.
std::vector<std::uint64_t> randomOrder(std::uint64_t pages, std::uint64_t seed) {
  std::vector<std::uint64_t> order(pages);
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  std::mt19937_64 random(seed);
  std::shuffle(order.begin(), order.end(), random);
  return order;
}

// Whether a writer maps a folio, for those who check answers. Each change has a new number, so that
// two equal readings mean that nothing happened in between.
class WriterLog {
 public:
  enum class State : std::uint64_t { unmapped, mapped, changing };

  explicit WriterLog(std::uint64_t folios) : words_(folios) {}
  std::uint64_t read(std::uint64_t folio) const { return words_[folio].load(); }
  void set(std::uint64_t folio, State state) {
    words_[folio].store(((read(folio) >> 2) + 1) << 2 | static_cast<std::uint64_t>(state));
  }
  static State of(std::uint64_t word) { return static_cast<State>(word & 3); }

 private:
  std::vector<std::atomic<std::uint64_t>> words_;
};

class CaseRunner {
 public:
  static CaseOutcome run(const CasePlan& plan, const SchemeOperations& scheme) {
    CaseRunner runner(plan, scheme);
    runner.setUp();
    runner.execute();
    if (plan.work == Work::accounting) runner.settle();
    runner.tearDown();
    runner.verifyInitialValues();
    if (runner.pinningFailed_) runner.problem("a task could not be pinned to its CPU");
    return std::move(runner.outcome_);
  }

 private:
  CaseRunner(const CasePlan& plan, const SchemeOperations& scheme)
      : plan_(plan),
        scheme_(scheme),
        timed_(plan.work == Work::full ? scheme.full : scheme.accounting),
        memmap_(plan.order, plan.foliosNeeded(), plan.copyPages(), plan.withData()),
        ids_(plan.largestId),
        randomIds_(plan.seed),
        task_(std::make_unique<Task>(memmap_, queue_, memmap_.regionPages(), plan.copyPages())) {}

  Mm& newMm() {
    const std::optional<std::uint32_t> id =
        plan_.randomIds ? ids_.allocateAny(randomIds_) : ids_.allocate();
    if (!id) throw std::logic_error("no mm id is left");
    mms_.push_back(std::make_unique<Mm>(plan_.pages(), plan_.order, *id, plan_.form));
    return *mms_.back();
  }
  Mm& parent() { return *mms_.front(); }

  void setUp() {
    Mm& first = newMm();
    for (std::uint64_t i = 0; i < memmap_.folios(); ++i) scheme_.initialise(memmap_.folio(i));
    for (std::uint64_t i = 0; i < plan_.folios; ++i) scheme_.populate(*task_, first, i);
    if (!plan_.beginsEntirelyMapped() && plan_.order > 0)
      for (std::uint64_t i = 0; i < plan_.folios; ++i) scheme_.remap(*task_, first, i);
    if (isConcurrent(plan_.benchmark)) {
      const auto fork = plan_.beginsEntirelyMapped() ? scheme_.forkEntire : scheme_.full.fork;
      for (unsigned i = 0; i < plan_.tasks; ++i) fork(*task_, first, newMm());
      return;
    }
    if (isReading(plan_.benchmark)) {
      for (unsigned i = 1; i < plan_.tasks; ++i) {
        newMm();
        writerLogs_.emplace_back(plan_.folios);
      }
      return;
    }
    Mm& second = newMm();  // so that making it is not part of fork
    if (plan_.copyPages() == 0) return;
    scheme_.full.fork(*task_, first, second);
    if (plan_.benchmark == Benchmark::cowReuse || plan_.benchmark == Benchmark::cowReuseByte)
      scheme_.full.zap(*task_, second, 0, plan_.pages());
  }

  void execute() {
    const Statistics statisticsBefore = task_->statistics;
    startWriters();
    startReaders();
    if (isConcurrent(plan_.benchmark)) {
      executeConcurrently();
    } else {
      resetTally();
      const ThreadUsage before = ThreadUsage::begin();
      outcome_.operation = timeOperation();
      const ThreadUsage usage = before.untilNow();
      outcome_.tally = takeTally();
      outcome_.pages = isReading(plan_.benchmark) ? plan_.answers() : plan_.pages();
      outcome_.tasks.push_back({outcome_.operation, usage, outcome_.pages});
    }
    stopReaders();
    writers_.clear();  // requests the stop and joins
    total_ += task_->statistics;
    outcome_.statistics = difference(total_, statisticsBefore);
    task_->statistics = {};
    verifyOperation();
  }

  Interval timeOperation() {
    Task& task = *task_;
    Mm& mm = parent();
    switch (plan_.benchmark) {
      case Benchmark::remap:
        return timed([&] { timed_.remapRegion(task, mm); });
      case Benchmark::munmap:
        return timed([&] { timed_.zap(task, mm, 0, plan_.pages()); });
      case Benchmark::fork:
        return timed([&] { timed_.fork(task, mm, *mms_[1]); });
      case Benchmark::pteDontneed:
        return timed([&] { timed_.dontneedEach(task, mm); });
      case Benchmark::cow:
      case Benchmark::cowReuse:
        return timed([&] { timed_.writeAll(task, mm, WriteSize::page); });
      case Benchmark::cowByte:
      case Benchmark::cowReuseByte:
        return timed([&] { timed_.writeAll(task, mm, WriteSize::byte); });
      case Benchmark::readMapcount:
        return timed([&] { scheme_.askMapcount(task, mm, plan_.timesAsked()); });
      case Benchmark::readShared:
        return timed([&] { scheme_.askShared(task, mm, plan_.timesAsked()); });
      case Benchmark::migrate:
        return timed([&] { timed_.migrateRegion(task, mm); });
      default:
        throw std::logic_error("a concurrent benchmark is not timed as a single operation");
    }
  }

  void executeConcurrently() {
    std::vector<std::unique_ptr<Task>> tasks;
    outcome_.tasks.resize(plan_.tasks);
    std::vector<Tally> tallies(plan_.tasks);
    for (unsigned i = 0; i < plan_.tasks; ++i)
      tasks.push_back(std::make_unique<Task>(
          memmap_, queue_, memmap_.regionPages() + i * plan_.pages(), plan_.pages()));
    std::barrier start(static_cast<std::ptrdiff_t>(plan_.tasks));
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < plan_.tasks; ++i) {
      threads.emplace_back([&, i] {
        pin(i);
        const std::vector<std::uint64_t> order = plan_.benchmark == Benchmark::anonCowRand
                                                     ? randomOrder(plan_.pages(), plan_.seed + i)
                                                     : std::vector<std::uint64_t>{};
        Mm& mm = *mms_[i + 1];
        resetTally();
        start.arrive_and_wait();
        const ThreadUsage before = ThreadUsage::begin();
        const Interval operation = timed([&] { timed_.writeAllShared(*tasks[i], mm, order); });
        outcome_.tasks[i] = {operation, before.untilNow(), plan_.pages()};
        tallies[i] = takeTally();
      });
    }
    threads.clear();  // joins
    Interval& whole = outcome_.operation = outcome_.tasks.front().operation;
    for (unsigned i = 0; i < plan_.tasks; ++i) {
      whole.startNs = std::min(whole.startNs, outcome_.tasks[i].operation.startNs);
      whole.endNs = std::max(whole.endNs, outcome_.tasks[i].operation.endNs);
      outcome_.tally += tallies[i];
      total_ += tasks[i]->statistics;
    }
    outcome_.pages = plan_.pages() * plan_.tasks;
  }

  void pin(unsigned thread) {
    if (plan_.cpus.empty()) return;
    const Result<Done> pinned = pinToCpu(plan_.cpus[thread % plan_.cpus.size()]);
    if (!pinned.ok()) pinningFailed_ = true;
  }

  // The further tasks of a benchmark of reading: each maps and unmaps the first pages of folios
  // that the parent maps, for as long as it is read.
  void startWriters() {
    if (!isReading(plan_.benchmark)) return;
    std::barrier ready(static_cast<std::ptrdiff_t>(plan_.tasks));
    for (unsigned i = 1; i < plan_.tasks; ++i) {
      writers_.emplace_back([this, i, &ready](const std::stop_token& stop) {
        pin(i);
        const auto task = std::make_unique<Task>(memmap_, queue_, 0, 0);
        std::minstd_rand random(static_cast<std::uint32_t>(plan_.seed + i));
        ready.arrive_and_wait();
        while (!stop.stop_requested()) write(*task, i, random() % plan_.folios);
      });
    }
    ready.arrive_and_wait();
  }
  void write(Task& task, unsigned writer, std::uint64_t folio) {
    using enum WriterLog::State;
    WriterLog& log = writerLogs_[writer - 1];
    Mm& mm = *mms_[writer];
    const std::uint32_t pages = std::min(memmap_.folioPages(), 4u);
    const std::uint64_t first = folio * memmap_.folioPages();
    log.set(folio, changing);
    scheme_.mapPages(task, mm, folio, {0, pages});
    log.set(folio, mapped);
    log.set(folio, changing);
    scheme_.full.zap(task, mm, first, first + pages);
    log.set(folio, unmapped);
  }

  // Whether an answer about a folio contradicts what the writers did all the time while it was
  // found.
  void judge(const Answer& answer, std::uint64_t folio, const std::vector<std::uint64_t>& before,
             ReaderOutcome& counts) const {
    bool isMapped = false;
    bool isUnmapped = true;
    for (std::size_t i = 0; i < writerLogs_.size(); ++i) {
      const std::uint64_t after = writerLogs_[i].read(folio);
      const bool stable = after == before[i];
      isMapped = isMapped || (stable && WriterLog::of(after) == WriterLog::State::mapped);
      isUnmapped = isUnmapped && stable && WriterLog::of(after) == WriterLog::State::unmapped;
    }
    if (answer.sharing == Sharing::shared && isUnmapped) ++counts.falselyShared;
    if (answer.sharing == Sharing::exclusive && isMapped) ++counts.falselyExclusive;
  }

  void startReaders() {
    readerOutcomes_.resize(plan_.readers);
    for (unsigned i = 0; i < plan_.readers; ++i) {
      readers_.emplace_back([this, i](const std::stop_token& stop) {
        pin(plan_.tasks + i);
        std::minstd_rand random(static_cast<std::uint32_t>(plan_.seed + i + 1));
        ReaderOutcome counts;
        std::vector<std::uint64_t> before(writerLogs_.size());
        while (!stop.stop_requested()) {
          const std::uint64_t folio = random() % plan_.folios;
          for (std::size_t w = 0; w < before.size(); ++w) before[w] = writerLogs_[w].read(folio);
          const Answer answer = scheme_.mappedShared(memmap_.folio(folio), parent());
          if (isReading(plan_.benchmark)) judge(answer, folio, before, counts);
          ++counts.queries;
          if (answer.sharing == Sharing::shared) ++counts.shared;
          if (!answer.certain) ++counts.uncertain;
        }
        readerOutcomes_[i] = counts;
      });
    }
  }

  void stopReaders() {
    readers_.clear();  // requests the stop and joins
    for (const ReaderOutcome& reader : readerOutcomes_) {
      outcome_.readers.queries += reader.queries;
      outcome_.readers.shared += reader.shared;
      outcome_.readers.uncertain += reader.uncertain;
      outcome_.readers.falselyShared += reader.falselyShared;
      outcome_.readers.falselyExclusive += reader.falselyExclusive;
    }
  }

  void verifyOperation() {
    // The parent alone maps the region, every page of it once.
    if (plan_.benchmark == Benchmark::readShared && plan_.tasks == 1 && task_->toldShared != 0)
      problem("folios that one mm maps were called shared; this is an error in the model");
    const auto mappings = static_cast<std::int64_t>(plan_.timesAsked() * plan_.pages());
    const auto vmas = static_cast<std::int64_t>(plan_.answers());  // what vma-count tells instead
    if (plan_.benchmark == Benchmark::readMapcount && plan_.tasks == 1 &&
        task_->toldMappings != mappings && task_->toldMappings != vmas)
      problem("the mapcounts that were told do not add up; this is an error in the model");
    if (plan_.copyPages() == 0) return;
    const Statistics& change = outcome_.statistics;
    const std::int64_t written = change.pagesCopied + change.pagesReused;
    if (written != static_cast<std::int64_t>(outcome_.pages))
      problem(std::to_string(written) + " of " + std::to_string(outcome_.pages) +
              " pages were copied or reused; this is an error in the model");
  }

  // Brings entries and references to where full work would have left them.
  void settle() {
    for (std::uint64_t i = 0; i < plan_.folios && plan_.benchmark == Benchmark::remap; ++i)
      parent().entireEntry(i) = 0;
    for (std::uint64_t page = 0; page < plan_.pages(); ++page) {
      switch (plan_.benchmark) {
        case Benchmark::remap:
          parent().entry(page) = pte::make(page, 0);
          break;
        case Benchmark::munmap:
        case Benchmark::pteDontneed:
          parent().entry(page) = 0;
          break;
        case Benchmark::fork:
          mms_[1]->entry(page) = pte::make(page, 0);
          break;
        case Benchmark::migrate:
          parent().entry(page) = pte::make(plan_.pages() + page, 0);
          break;
        default:
          break;  // copies and reuses wrote their entries
      }
    }
    for (std::uint64_t frame = memmap_.regionPages(); frame < memmap_.totalPages(); ++frame)
      if (mapcountOf(memmap_.page(frame)) == 0) refcountOf(memmap_.page(frame)) = 1;
    recountReferences(memmap_, queue_, mms_);
  }

  void tearDown() {
    for (const std::unique_ptr<Mm>& mm : mms_) {
      scheme_.zapEntire(*task_, *mm);
      scheme_.full.zap(*task_, *mm, 0, plan_.pages());
      ids_.release(mm->id());
    }
    total_ += task_->statistics;
  }

  void verifyInitialValues() {
    for (std::uint64_t i = 0; i < memmap_.folios(); ++i) {
      const Folio folio = memmap_.folio(i);
      if (scheme_.isAtInitialValues(folio) && folio.refcount() == 0) continue;
      problem("folio " + std::to_string(i) +
              " is not at its initial values after everything was unmapped "
              "(refcount " +
              std::to_string(folio.refcount()) + "); this is an error in the model" +
              (plan_.form == Form::posted ? " or the posted defect" : ""));
      break;
    }
    if (total_.anonMapped != 0 || total_.anonThps != 0)
      problem("statistics are not back at 0 (" + std::to_string(total_.anonMapped) +
              " anonymous pages, " + std::to_string(total_.anonThps) +
              " huge); this is an error in the model");
    if (queue_.length() != 0) problem("freed folios are left on the deferred-split queue");
  }

  void problem(std::string text) { outcome_.problems.push_back(std::move(text)); }

  void resetTally() const {
    if (scheme_.counts) ThreadCounter::reset();
  }
  Tally takeTally() const { return scheme_.counts ? ThreadCounter::tally() : Tally{}; }
  static Statistics difference(const Statistics& after, const Statistics& before) {
    Statistics result = after;
    result.anonMapped -= before.anonMapped;
    result.anonThps -= before.anonThps;
    result.deferredCalls -= before.deferredCalls;
    result.deferredAdded -= before.deferredAdded;
    result.pagesCopied -= before.pagesCopied;
    result.pagesReused -= before.pagesReused;
    result.faults -= before.faults;
    return result;
  }

  const CasePlan& plan_;
  const SchemeOperations& scheme_;
  const TimedOperations& timed_;
  Memmap memmap_;
  DeferredSplitQueue queue_;
  IdAllocator ids_;
  std::mt19937_64 randomIds_;
  std::unique_ptr<Task> task_;
  std::vector<std::unique_ptr<Mm>> mms_;  // the parent first
  Statistics total_;
  CaseOutcome outcome_;
  std::vector<ReaderOutcome> readerOutcomes_;
  std::atomic<bool> pinningFailed_ = false;
  std::deque<WriterLog> writerLogs_;  // of the mms after the parent, in benchmarks of reading
  std::vector<std::jthread> writers_;
  std::vector<std::jthread> readers_;
};

}  // namespace

CaseOutcome runCase(const CasePlan& plan, const SchemeOperations& scheme) {
  return CaseRunner::run(plan, scheme);
}

}  // namespace folio::model
