// Writers and readers on one folio (D.10, 4 to 7): no certain answer is ever wrong, no update is
// lost, a writer waits for a bounded number of others, and broken seqcounts are caught by the same
// test.
//
// Environment: FOLIO_CONCURRENCY_SECONDS bounds each scheme of the long run by time,
// FOLIO_CONCURRENCY_OPERATIONS by operations of all writers and readers together; the larger of the
// two counts.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

#include "harness/clock.hpp"
#include "scheme_list.hpp"

namespace folio::model::test {
namespace {

// ---- deliberately broken seqcounts ----

// What a missing barrier in begin() allows: the stores of the section become visible before the
// word says so.
template <class A, class Word, ExclusiveWriter variant>
struct SeqcountWithoutBeginBarrier : AtomicSeqcount<A, Word, variant> {
  using Base = AtomicSeqcount<A, Word, variant>;
  static bool begin(Word&) { return false; }
  static void end(Word& word, bool) {
    A::template addReturn<Rmw::mapping>(word, Base::layout.step);
  }
};
// A reader that takes what it saw at the beginning for stable.
template <class A, class Word, ExclusiveWriter variant>
struct SeqcountWithoutRetry : AtomicSeqcount<A, Word, variant> {
  static bool readRetry(const Word&, Word) { return false; }
};
// Everybody believes to be alone.
template <class A, class Word, ExclusiveWriter variant>
struct SeqcountWithoutExclusion : AtomicSeqcount<A, Word, variant> {
  using Base = AtomicSeqcount<A, Word, variant>;
  static bool begin(Word& word) {
    A::template addReturn<Rmw::mapping>(word, Word{1});
    return true;
  }
  static void end(Word& word, bool) { Base::end(word, false); }
};

// ---- the test ----

struct Limits {
  double seconds = 0.3;
  std::uint64_t operations = 200'000;
  unsigned writers = 3;
  unsigned readers = 1;
};

struct Report {
  std::uint64_t operations = 0;  // of writers and readers
  std::uint64_t wrongExclusive = 0;
  std::uint64_t wrongShared = 0;
  std::uint64_t uncertain = 0;
  std::uint64_t longestOperationNs = 0;
  std::uint64_t fewestOperations = 0;  // of any writer
  std::uint64_t reused = 0;
  std::uint64_t wronglyReused = 0;
  bool initialAtEnd = false;

  bool isFlawless() const {
    return wrongExclusive == 0 && wrongShared == 0 && wronglyReused == 0 && initialAtEnd;
  }
};

// What is certain about an mm's mappings at an instant. Changes carry a new number, so that two
// equal readings mean that the state held all the time in between.
enum class Certainty : std::uint64_t { none = 0, some = 1, changing = 2 };

class Log {
 public:
  std::uint64_t read() const { return word_.load(std::memory_order_seq_cst); }
  void set(Certainty certainty) {
    word_.store(((read() >> 2) + 1) << 2 | static_cast<std::uint64_t>(certainty));
  }
  static Certainty of(std::uint64_t word) { return static_cast<Certainty>(word & 3); }

 private:
  alignas(64) std::atomic<std::uint64_t> word_{0};
};

template <Scheme S>
class SharedFolio {
 public:
  // The rule of v4.6 looks at mapcounts one after the other and is not synchronised against
  // anything (A.3).
  static constexpr bool comparesReferences =
      !std::is_same_v<S, DoubleMap<Measured, DoubleMapReuse::scan>>;

  static constexpr unsigned order = 4;
  static constexpr std::uint32_t pages = 1u << order;
  static constexpr std::uint64_t quota =
      2048;  // that every writer must get through while the others go on

  explicit SharedFolio(Limits limits) : limits_(limits), memmap_(order, 1, 0, false) {
    // Each writer has an mm and a child, which lives as long as a fork and its end take.
    for (unsigned w = 0; w < 2 * limits.writers; ++w)
      mms_.push_back(std::make_unique<Mm>(pages, order, w + 1, Form::sound));
    logs_ = std::vector<Log>(mms_.size());
    S::initialise(memmap_.folio(0));
  }

  Report run() {
    std::vector<std::jthread> threads;
    std::vector<Report> reports(limits_.writers + limits_.readers);
    startNs_ = monotonicNs();
    for (unsigned w = 0; w < limits_.writers; ++w)
      threads.emplace_back([&, w] { write(w, reports[w]); });
    for (unsigned r = 0; r < limits_.readers; ++r)
      threads.emplace_back([&, r] { readAnswers(r, reports[limits_.writers + r]); });
    threads.clear();
    Report sum;
    sum.fewestOperations = reports.front().operations;
    for (unsigned i = 0; i < reports.size(); ++i) {
      sum.operations += reports[i].operations;
      sum.wrongExclusive += reports[i].wrongExclusive;
      sum.wrongShared += reports[i].wrongShared;
      sum.uncertain += reports[i].uncertain;
      sum.longestOperationNs = std::max(sum.longestOperationNs, reports[i].longestOperationNs);
      sum.reused += reports[i].reused;
      sum.wronglyReused += reports[i].wronglyReused;
      if (i < limits_.writers)
        sum.fewestOperations = std::min(sum.fewestOperations, reports[i].operations);
    }
    sum.initialAtEnd = S::isAtInitialValues(memmap_.folio(0)) && memmap_.folio(0).refcount() == 0;
    return sum;
  }

 private:
  bool isOver() {
    return total_.load(std::memory_order_relaxed) >= limits_.operations &&
           static_cast<double>(monotonicNs() - startNs_) >= limits_.seconds * 1e9;
  }
  void account(std::uint64_t operations) {
    total_.fetch_add(operations, std::memory_order_relaxed);
  }

  void write(unsigned w, Report& report) {
    const auto task = std::make_unique<Task>(memmap_, queue_, 0, 0);
    std::minstd_rand random(w + 1);
    Mapped mapped;
    while (report.operations < quota || !isOver()) {
      for (int i = 0; i < 256; ++i) {
        const bool sampled = i % 16 == 0;
        const std::uint64_t before = sampled ? monotonicNs() : 0;
        if (mapped.pages > 0 && i % 8 == 1) tryReuse(*task, w, report);
        step(*task, w, mapped, random);
        if (sampled)
          report.longestOperationNs = std::max(report.longestOperationNs, monotonicNs() - before);
      }
      report.operations += 256;
      account(256);
    }
    if (mapped.entire) unmapEntire(*task, w);
    if (mapped.pages > 0) change(*task, w, mapped.pages, 0);
  }

  // A write fault: whenever the scheme says yes, nobody else may have had mappings all the time.
  // (References are checked by the histories; here every reference is a mapping's.)
  void tryReuse(Task& task, unsigned w, Report& report) {
    std::vector<std::uint64_t> before;
    for (const Log& log : logs_) before.push_back(log.read());
    const LockGuard<Measured> lock(mms_[w]->tableLock(0));
    if (S::reuse(task, memmap_.folio(0), *mms_[w], 0) == Reuse::no) return;
    ++report.reused;
    if constexpr (!comparesReferences) return;
    for (unsigned other = 0; other < logs_.size(); ++other) {
      const std::uint64_t after = logs_[other].read();
      if (other != w && after == before[other] && Log::of(after) == Certainty::some)
        ++report.wronglyReused;
    }
  }

  // By one entry, or pages [0, pages) by one each: a prefix keeps the choice of ranges simple.
  struct Mapped {
    bool entire = false;
    std::uint32_t pages = 0;
  };

  void step(Task& task, unsigned w, Mapped& mapped, std::minstd_rand& random) {
    const unsigned dice = static_cast<unsigned>(random() % 16);
    if (mapped.entire) {
      if (dice < 4) {
        unmapEntire(task, w);
      } else {
        Operations<S, Work::full>::remap(task, *mms_[w], 0);
        mapped.pages = pages;
      }
      mapped.entire = false;
    } else if (mapped.pages == 0 && dice < 4) {
      mapEntire(task, w);
      mapped.entire = true;
    } else if (mapped.pages > 0 && dice < 4) {
      fork(task, w, mapped.pages);
    } else {
      const std::uint32_t target =
          random() % 3 == 0 ? 0 : static_cast<std::uint32_t>(random() % (pages / 4 + 1));
      if (target == mapped.pages) return;
      change(task, w, mapped.pages, target);
      mapped.pages = target;
    }
  }

  void mapEntire(Task& task, unsigned w) {
    const Folio folio = memmap_.folio(0);
    const LockGuard<Measured> lock(mms_[w]->entireLock(0));
    logs_[w].set(Certainty::changing);
    Measured::add<Rmw::reference>(folio.refcount(), 1);
    S::addEntire(task, folio, *mms_[w]);
    mms_[w]->entireEntry(0) = pte::make(0, pte::dirty);
    logs_[w].set(Certainty::some);
  }
  void unmapEntire(Task& task, unsigned w) {
    const Folio folio = memmap_.folio(0);
    const LockGuard<Measured> lock(mms_[w]->entireLock(0));
    logs_[w].set(Certainty::changing);
    mms_[w]->entireEntry(0) = 0;
    S::removeEntire(task, folio, *mms_[w]);
    Measured::subtractAndTest<Rmw::reference>(folio.refcount(), 1);
    logs_[w].set(Certainty::none);
  }

  // The child gets all mappings of the parent and ends.
  void fork(Task& task, unsigned w, std::uint32_t mapped) {
    const unsigned child = limits_.writers + w;
    const Folio folio = memmap_.folio(0);
    {
      const LockGuard<Measured> childLock(mms_[child]->tableLock(0));
      const LockGuard<Measured> parentLock(mms_[w]->tableLock(0));
      logs_[child].set(Certainty::changing);
      const std::uint32_t run = S::traits.batchesFork ? mapped : 1;
      for (std::uint32_t first = 0; first < mapped; first += run) {
        Measured::add<Rmw::reference>(folio.refcount(), static_cast<std::int32_t>(run));
        S::duplicateRange(task, folio, *mms_[child], {first, run});
        for (std::uint32_t i = first; i < first + run; ++i)
          mms_[child]->entry(i) = pte::make(i, pte::dirty);
      }
      logs_[child].set(Certainty::some);
    }
    change(task, child, mapped, 0);
  }

  void change(Task& task, unsigned w, std::uint32_t from, std::uint32_t to) {
    const Folio folio = memmap_.folio(0);
    Mm& mm = *mms_[w];
    const LockGuard<Measured> lock(mm.tableLock(0));
    const bool transition = from == 0 || to == 0;
    if (transition) logs_[w].set(Certainty::changing);
    if (to > from) {
      const PageRange range{from, to - from};
      Measured::add<Rmw::reference>(folio.refcount(), static_cast<std::int32_t>(range.count));
      S::addRange(task, folio, mm, range);
      for (std::uint32_t i = from; i < to; ++i) mm.entry(i) = pte::make(i, pte::dirty);
    } else {
      const PageRange range{to, from - to};
      for (std::uint32_t i = to; i < from; ++i) mm.entry(i) = 0;
      S::removeRange(task, folio, mm, range);
      Measured::subtractAndTest<Rmw::reference>(folio.refcount(),
                                                static_cast<std::int32_t>(range.count));
    }
    if (transition) logs_[w].set(to == 0 ? Certainty::none : Certainty::some);
  }

  void readAnswers(unsigned r, Report& report) {
    std::minstd_rand random(r + 100);
    std::vector<std::uint64_t> before(logs_.size());
    const Folio folio = memmap_.folio(0);
    while (!isOver()) {
      for (int i = 0; i < 256; ++i) {
        const unsigned asking = static_cast<unsigned>(random() % limits_.writers);
        for (unsigned w = 0; w < logs_.size(); ++w) before[w] = logs_[w].read();
        const Answer answer = S::mappedShared(folio, *mms_[asking]);
        bool othersMapped = false;
        bool othersEmpty = true;
        for (unsigned w = 0; w < logs_.size(); ++w) {
          if (w == asking) continue;
          const std::uint64_t after = logs_[w].read();
          const bool stable = after == before[w];
          othersMapped = othersMapped || (stable && Log::of(after) == Certainty::some);
          othersEmpty = othersEmpty && stable && Log::of(after) == Certainty::none;
        }
        // The asking mm must itself map the folio throughout: for others the question is another
        // one (D.6.1).
        const std::uint64_t own = logs_[asking].read();
        const bool ownMapped = own == before[asking] && Log::of(own) == Certainty::some;
        if (!answer.certain) {
          ++report.uncertain;
        } else if (answer.sharing == Sharing::exclusive) {
          if (othersMapped && ownMapped) ++report.wrongExclusive;
        } else if (othersEmpty && ownMapped) {
          ++report.wrongShared;
        }
      }
      report.operations += 256;
      account(256);
    }
  }

  Limits limits_;
  Memmap memmap_;
  DeferredSplitQueue queue_;
  std::vector<std::unique_ptr<Mm>> mms_;
  std::vector<Log> logs_;
  std::atomic<std::uint64_t> total_{0};
  std::uint64_t startNs_ = 0;
};

double secondsFromEnvironment(double otherwise) {
  const char* text = std::getenv("FOLIO_CONCURRENCY_SECONDS");
  return text != nullptr ? std::atof(text) : otherwise;
}
std::uint64_t operationsFromEnvironment(std::uint64_t otherwise) {
  const char* text = std::getenv("FOLIO_CONCURRENCY_OPERATIONS");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// A writer waits for one exclusive holder at most, which is microseconds; the bound leaves room for
// being descheduled on an overloaded machine.
constexpr std::uint64_t longestOperationBoundNs = 10'000'000'000;

template <Scheme S>
void checkUnderConcurrency(const char* name, Limits limits) {
  SharedFolio<S> folio(limits);
  const Report report = folio.run();
  CAPTURE(std::string(name));
  CHECK(report.wrongExclusive == 0);
  CHECK(report.wrongShared == 0);
  CHECK(report.wronglyReused == 0);
  CHECK(report.initialAtEnd);
  CHECK(report.operations >= limits.operations);
  CHECK(report.fewestOperations >= SharedFolio<S>::quota);
  CHECK(report.longestOperationNs < longestOperationBoundNs);
  MESSAGE(std::string(name) << ": " << report.operations << " operations, " << report.reused
                            << " reuses, longest " << report.longestOperationNs / 1000 << " us");
}

TEST_CASE(
    "writers that map, remap and fork beside readers: no certain answer is wrong, no update lost") {
  forEachScheme([]<Scheme S>(const char* name, Claims) {
    Limits limits;
    limits.seconds = secondsFromEnvironment(0.1);
    limits.operations = 20'000;
    checkUnderConcurrency<S>(name, limits);
  });
}

// Runs until the flaw shows, at most for a minute.
template <Scheme S>
bool isCaught(unsigned writers) {
  Limits limits;
  limits.writers = writers;  // a single one makes every torn reading a wrong answer
  limits.seconds = 0.2;
  limits.operations = 10'000;
  const std::uint64_t end = monotonicNs() + 60 * nsPerSecond;
  while (monotonicNs() < end) {
    SharedFolio<S> folio(limits);
    if (!folio.run().isFlawless()) return true;
  }
  return false;
}

TEST_CASE(
    "a missing barrier, a missing retry and a missing exclusion are caught by the same test") {
  constexpr TrackingOptions options = allOptions(Form::sound);
  CHECK(isCaught<Tracking<Measured, options, SeqcountWithoutBeginBarrier>>(1));
  CHECK(isCaught<Tracking<Measured, rmapIdOptions, SeqcountWithoutRetry>>(
      1));  // most values: the widest window
  CHECK(isCaught<Tracking<Measured, options, SeqcountWithoutExclusion>>(2));
  CHECK(isCaught<Tracking<Measured, precomputedValuesOptions, SeqcountWithoutBeginBarrier>>(1));
}

TEST_CASE("a thousand million operations of the last stage" * doctest::test_suite("long")) {
  Limits limits;
  limits.seconds = secondsFromEnvironment(10);
  limits.operations = operationsFromEnvironment(1'000'000'000);
  limits.writers = 2;
  checkUnderConcurrency<All<Measured>>("all", limits);
}

TEST_CASE("ten seconds of every exact stage" * doctest::test_suite("long")) {
  Limits limits;
  limits.seconds = secondsFromEnvironment(10);
  checkUnderConcurrency<RmapId<Measured>>("rmap-id", limits);
  checkUnderConcurrency<Exclusive<Measured>>("exclusive", limits);
  checkUnderConcurrency<NoCmpxchg<Measured>>("nocmpxchg", limits);
  checkUnderConcurrency<MmId<Measured>>("mm-id", limits);
}

// ---- the seqcount on its own ----

template <class Word, ExclusiveWriter variant>
void checkLayout(Word writers, Word step) {
  using Seq = AtomicSeqcount<Counted, Word, variant>;
  CHECK(Seq::layout.writers() == writers);
  CHECK(Seq::layout.step == step);

  Word word = 0;
  ThreadCounter::reset();
  const bool alone = Seq::begin(word);
  CHECK(alone == (variant != ExclusiveWriter::off));
  CHECK(Seq::hasWriters(Seq::readPeek(word)));
  Seq::end(word, alone);
  CHECK(word == step);
  CHECK(ThreadCounter::tally().of(Rmw::mapping) == 2);  // uncontended: 2 in every variant (D.4.4)

  // With a shared writer inside nobody becomes exclusive: that is why a waiting writer waits for
  // one holder only.
  const Word seen = Seq::readBegin(word);
  word += 1;
  ThreadCounter::reset();
  CHECK_FALSE(Seq::begin(word));
  Seq::end(word, false);
  CHECK(ThreadCounter::tally().of(Rmw::mapping) == 2);  // "writer seen before attempting" (D.9)
  CHECK(Seq::hasWriters(word));
  Seq::end(word, false);
  CHECK(word == 3 * step);
  CHECK(Seq::readRetry(word, seen));
  CHECK_FALSE(Seq::readRetry(word, Seq::readBegin(word)));
}

TEST_CASE("the layouts of the seqcount are those of D.4.1, and its counts those of D.4.4") {
  using enum ExclusiveWriter;
  checkLayout<std::uint64_t, off>(0xffff, 0x1'0000);
  checkLayout<std::uint64_t, cmpxchg>(0x1'ffff, 0x2'0000);
  checkLayout<std::uint64_t, addReturn>(0xffff'ffff, 0x1'0000'0000);
  checkLayout<std::uint32_t, off>(0x7f, 0x80);
  checkLayout<std::uint32_t, cmpxchg>(0xff, 0x100);
  checkLayout<std::uint32_t, addReturn>(0xff, 0x100);
}

// Plain updates by exclusive holders, RMWs by shared ones, and who is inside at the same time
// (D.10, 6).
template <class Word, ExclusiveWriter variant>
void checkMutualExclusion() {
  using Seq = AtomicSeqcount<Measured, Word, variant>;
  constexpr int writers = 3;
  constexpr std::int64_t rounds = 20'000;
  Word word = 0;
  std::int64_t sum = 0;
  std::atomic<int> sharedInside{0};
  std::atomic<int> exclusiveInside{0};
  std::atomic<std::uint64_t> violations{0};
  std::vector<std::jthread> threads;
  threads.reserve(writers);
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&] {
      for (std::int64_t i = 0; i < rounds; ++i) {
        const bool exclusive = Seq::begin(word);
        (exclusive ? exclusiveInside : sharedInside).fetch_add(1);
        if (exclusiveInside.load() > 1 || (exclusive && sharedInside.load() > 0))
          violations.fetch_add(1);
        if (exclusive) {
          Measured::plainAdd(sum, 1);
        } else {
          Measured::add<Rmw::mapping>(sum, 1);
        }
        (exclusive ? exclusiveInside : sharedInside).fetch_sub(1);
        Seq::end(word, exclusive);
      }
    });
  }
  threads.clear();
  CHECK(violations.load() == 0);
  CHECK(sum == writers * rounds);
  CHECK((word & Seq::layout.writers()) == 0);
  CHECK(static_cast<Word>(writers * rounds * static_cast<std::int64_t>(Seq::layout.step)) == word);
}

TEST_CASE("no update is lost, and an exclusive writer is alone") {
  using enum ExclusiveWriter;
  checkMutualExclusion<std::uint64_t, off>();
  checkMutualExclusion<std::uint64_t, cmpxchg>();
  checkMutualExclusion<std::uint64_t, addReturn>();
  checkMutualExclusion<std::uint32_t, cmpxchg>();
  checkMutualExclusion<std::uint32_t, addReturn>();
}

}  // namespace
}  // namespace folio::model::test
