// One folio, the mms that may map it, and an exact account of who maps what. Every step is executed
// by the scheme and by the oracle; check() compares all that the scheme claims.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "model/memory/deferred_split.hpp"
#include "model/runner/operations.hpp"
#include "model/schemes/scheme.hpp"
#include "model/schemes/tracking.hpp"

namespace folio::model::test {

// What the specification says a scheme answers, and what it may get wrong.
enum class Claim : std::uint8_t {
  exact,         // D.6.1
  firstPage,     // C.6, A.3: more than one mapping of the first page; a guess
  totalOrGuess,  // D.2: sure when the total decides, otherwise the first page
  likelyShared,  // F.2: the same, but "shared" from the first page is a guess as well
  vmaCount,      // B.2: one VMA is exclusive, more may be shared
  owners,  // F.6: "exclusive" is sure; exact while never more than two mms map the folio at once
};
enum class ReuseClaim : std::uint8_t {
  onlyReference,  // one mapping is left, and it is the asking mm's
  pageScan,  // no page has more than one mapping (A.3, option scan); references are not looked at
  never,
  exclusive,   // the asking mm is the only one, by entries only
  owners,      // the same with at least two mappings; may refuse after more than two mms
  wholeFolio,  // the asking mm maps every page and nobody else maps any
};
enum class StatisticsClaim : std::uint8_t {
  perPage,           // mapped pages
  perFolio,          // all pages while any is mapped
  folioWithoutHuge,  // the same, huge mappings are not told apart
  onlyBalanced,  // documented to drift while mapped (double-map); nothing is checked but the end
};

struct Claims {
  Claim sharing;
  ReuseClaim reuse;
  StatisticsClaim statistics;
};

// Who maps what, independently of any scheme.
struct Holding {
  std::vector<bool> pages;
  bool entire = false;
  std::int32_t count = 0;  // of pages

  std::int32_t entries() const { return count; }
  std::int32_t mappings() const { return entries() + (entire ? 1 : 0); }
  bool operator==(const Holding&) const = default;
};

template <Scheme S>
class World {
 public:
  World(unsigned order, const std::vector<std::uint32_t>& ids, Claims claims,
        Form form = Form::sound)
      : claims_(claims),
        form_(form),
        memmap_(order, 1, 0, false),
        task_(std::make_unique<Task>(memmap_, queue_, 0, 0)) {
    for (const std::uint32_t id : ids)
      mms_.push_back(std::make_unique<Mm>(pages(), order, id, form));
    held_.assign(ids.size(), Holding{std::vector<bool>(pages(), false)});
    S::initialise(folio());
  }

  // ---- steps; each has the precondition that its name suggests ----

  void map(std::size_t m, PageRange range) {
    folio().refcount() += static_cast<std::int32_t>(range.count);
    S::addRange(*task_, folio(), *mms_[m], range);
    setEntries(m, range, true);
    noteOwners();
  }
  void unmap(std::size_t m, PageRange range) {
    setEntries(m, range, false);
    S::removeRange(*task_, folio(), *mms_[m], range);
    drop(range.count);
    noteOwners();
  }
  void mapEntire(std::size_t m) {
    folio().refcount() += 1;
    S::addEntire(*task_, folio(), *mms_[m]);
    setEntire(m, true);
    noteOwners();
  }
  void unmapEntire(std::size_t m) {
    setEntire(m, false);
    S::removeEntire(*task_, folio(), *mms_[m]);
    drop(1);
    noteOwners();
  }
  void remap(std::size_t m) {
    Operations<S, Work::full>::remap(*task_, *mms_[m], 0);
    setEntire(m, false);
    setEntries(m, {0, pages()}, true);
    noteOwners();
  }
  // Duplicates all mappings of `from` into `to`, which has none.
  void fork(std::size_t from, std::size_t to) {
    if (held_[from].entire) {
      folio().refcount() += 1;
      S::duplicateEntire(*task_, folio(), *mms_[to]);
      setEntire(to, true);
    }
    for (std::uint32_t i = 0; i < pages(); ++i) {
      if (!held_[from].pages[i]) continue;
      std::uint32_t end = i + 1;
      while (S::traits.batchesFork && end < pages() && held_[from].pages[end]) ++end;
      folio().refcount() += static_cast<std::int32_t>(end - i);
      S::duplicateRange(*task_, folio(), *mms_[to], {i, end - i});
      setEntries(to, {i, end - i}, true);
      i = end - 1;
    }
    noteOwners();
  }

  // ---- state ----

  std::uint32_t pages() const { return memmap_.folioPages(); }
  std::size_t mmCount() const { return mms_.size(); }
  const Holding& held(std::size_t m) const { return held_[m]; }
  Folio folio() { return memmap_.folio(0); }
  Mm& mm(std::size_t m) { return *mms_[m]; }
  Task& task() { return *task_; }

  struct Snapshot {
    std::vector<std::byte> bytes;
    std::vector<Holding> held;
    DeferredSplitQueue queue;
    Statistics statistics;
    bool moreThanTwoOwners;
  };
  Snapshot save() {
    Snapshot snapshot{std::vector<std::byte>(pages() * sizeof(Page)), held_, queue_,
                      task_->statistics, moreThanTwoOwners_};
    std::memcpy(snapshot.bytes.data(), folio().head, snapshot.bytes.size());
    return snapshot;
  }
  void load(const Snapshot& snapshot) {
    std::memcpy(static_cast<void*>(folio().head), snapshot.bytes.data(), snapshot.bytes.size());
    queue_ = snapshot.queue;
    task_->statistics = snapshot.statistics;
    moreThanTwoOwners_ = snapshot.moreThanTwoOwners;
    held_ = snapshot.held;
    for (std::size_t m = 0; m < mmCount(); ++m) {
      setEntire(m, held_[m].entire);
      for (std::uint32_t i = 0; i < pages(); ++i) writeEntry(m, i, held_[m].pages[i]);
    }
  }
  // A state is what decides all later answers: not the sequence number, not addresses.
  std::string key() {
    std::string text(reinterpret_cast<const char*>(folio().head), pages() * sizeof(Page));
    for (std::uint32_t i = 0; i < pages(); ++i)
      std::memset(text.data() + i * sizeof(Page) + 8, 0, 8);
    if constexpr (hasSequence) {
      if constexpr (S::idea == Idea::squeezed) {
        std::memset(text.data() + 3 * sizeof(Page) + 20, 0, 4);
      } else {
        std::memset(text.data() + sizeof(Page) + 40, 0, 8);
      }
    }
    for (const Holding& holding : held_) {
      for (const bool mapped : holding.pages) text += mapped ? '1' : '0';
      text += holding.entire ? 'e' : '-';
    }
    text += moreThanTwoOwners_ ? '3' : '-';
    return text;
  }

  // Nothing when the scheme's state and all its answers are what the oracle and the specification
  // say.
  std::optional<std::string> check() {
    for (std::size_t m = 0; m < mmCount(); ++m) {
      if (auto wrong = checkAnswer(m)) return wrong;
      if (auto wrong = checkReuse(m)) return wrong;
    }
    if (auto wrong = checkCounters()) return wrong;
    return checkStatistics();
  }

 private:
  static constexpr bool hasSequence = [] {
    if constexpr (requires { S::hasValues; }) return S::hasValues;
    return false;
  }();

  std::int32_t total() const {
    std::int32_t sum = 0;
    for (const Holding& holding : held_) sum += holding.mappings();
    return sum;
  }
  std::int32_t entireMappings() const {
    return static_cast<std::int32_t>(std::count_if(
        held_.begin(), held_.end(), [](const Holding& holding) { return holding.entire; }));
  }
  std::int32_t mappingsOfPage(std::uint32_t index) const {
    std::int32_t sum = entireMappings();
    for (const Holding& holding : held_) sum += holding.pages[index] ? 1 : 0;
    return sum;
  }
  std::int32_t owners() const {
    return static_cast<std::int32_t>(std::count_if(
        held_.begin(), held_.end(), [](const Holding& holding) { return holding.mappings() > 0; }));
  }
  bool isOnlyOwner(std::size_t m) const { return owners() == 1 && held_[m].mappings() > 0; }
  std::int32_t mappedPages() const {
    if (entireMappings() > 0) return static_cast<std::int32_t>(pages());
    std::vector<bool> mapped(pages(), false);
    for (const Holding& holding : held_)
      for (std::uint32_t i = 0; i < pages(); ++i)
        if (holding.pages[i]) mapped[i] = true;
    return static_cast<std::int32_t>(std::count(mapped.begin(), mapped.end(), true));
  }

  std::optional<std::string> checkAnswer(std::size_t m) {
    const Answer answer = S::mappedShared(folio(), *mms_[m]);
    const bool shared = answer.sharing == Sharing::shared;
    const std::int32_t t = total();
    // "Shared" from the total alone: certain where no single mm has as many, not even in the middle
    // of its own remap (D.7.4).
    const auto p = static_cast<std::int32_t>(pages());
    const bool byTotal = entireMappings() > 0 || t > p;
    const bool forCertain = entireMappings() > 1 || t > p + 1;
    const Answer sharedByTotal = forCertain ? certainlyShared : maybeShared;
    const bool byFirstPage = mappingsOfPage(0) > 1;
    Answer expected{};
    switch (claims_.sharing) {
      case Claim::exact: {
        // Asked by an mm that does not map the folio, t > 1 means that others do (D.6.1).
        const bool others = t > 1 && !isOnlyOwner(m);
        // The PMD and the entries of one mm are never both there outside an operation (D.7.4).
        expected = !others                                ? certainlyExclusive
                   : entireMappings() == 1 && !forCertain ? maybeShared
                                                          : certainlyShared;
        break;
      }
      case Claim::firstPage:
        expected = byFirstPage ? maybeShared : probablyExclusive;
        break;
      case Claim::totalOrGuess:
        expected = t == 1        ? certainlyExclusive
                   : t == 0      ? probablyExclusive
                   : byTotal     ? sharedByTotal
                   : byFirstPage ? certainlyShared
                                 : probablyExclusive;
        break;
      case Claim::likelyShared:
        expected = t <= 1        ? certainlyExclusive
                   : byTotal     ? sharedByTotal
                   : byFirstPage ? maybeShared
                                 : probablyExclusive;
        break;
      case Claim::vmaCount:
        expected = owners() > 1 ? maybeShared : certainlyExclusive;
        break;
      case Claim::owners:
        // After more than two mms at once, "maybe shared" may stay although one is left; never the
        // reverse.
        if (moreThanTwoOwners_ && owners() == 1 && t > 1 && shared && !answer.certain)
          return std::nullopt;
        expected = owners() > 1 ? maybeShared : certainlyExclusive;
        break;
    }
    if (answer.sharing != expected.sharing || answer.certain != expected.certain)
      return describe("answer to mm ", m, shared, answer.certain);
    // Whatever the scheme calls certain must be the truth.
    if (answer.certain && held_[m].mappings() > 0 && shared != (owners() > 1))
      return describe("certain answer to mm ", m, shared, answer.certain);
    return std::nullopt;
  }

  std::optional<std::string> checkReuse(std::size_t m) {
    for (std::uint32_t i = 0; i < pages();
         i = i < 4 ? i + 1 : i * 2 + 1) {  // all pages of order 2, some of larger
      if (!held_[m].pages[i]) continue;
      const Reuse reuse = S::reuse(*task_, folio(), *mms_[m], i);
      Reuse expected = Reuse::no;
      const bool whole = held_[m].entries() == static_cast<std::int32_t>(pages());
      switch (claims_.reuse) {
        case ReuseClaim::onlyReference:
          expected = total() == 1 ? Reuse::page : Reuse::no;
          break;
        case ReuseClaim::pageScan:
          expected = largestPageMapcount() <= 1 ? Reuse::page : Reuse::no;
          break;
        case ReuseClaim::never:
          break;
        case ReuseClaim::exclusive:
          expected = isOnlyOwner(m) ? Reuse::page : Reuse::no;
          break;
        case ReuseClaim::owners:
          if (moreThanTwoOwners_ && reuse == Reuse::no) continue;
          expected = isOnlyOwner(m) && total() > 1 ? Reuse::page : Reuse::no;
          break;
        case ReuseClaim::wholeFolio:
          // Its first step is the estimate, which is right when everything is here.
          expected = isOnlyOwner(m) && whole ? Reuse::folio : Reuse::no;
          break;
      }
      if (reuse != expected) return describe("reuse by mm ", m, reuse != Reuse::no, true);
      if (claims_.reuse == ReuseClaim::pageScan) continue;
      folio().refcount() += 1;  // somebody holds one more reference: never reuse
      const bool unsafe = S::reuse(*task_, folio(), *mms_[m], i) != Reuse::no;
      folio().refcount() -= 1;
      if (unsafe) return describe("reuse despite another reference, by mm ", m, true, true);
    }
    return std::nullopt;
  }

  std::optional<std::string> checkCounters() {
    if (folio().refcount() != total()) return describe("refcount ", 0, false, true);
    if constexpr (requires { S::totalMapcount(folio()); }) {
      if constexpr (hasTotal)
        if (S::totalMapcount(folio()) != total())
          return describe("total mapcount ", 0, false, true);
    }
    if constexpr (hasSequence) {
      const ValueClass valueClass = S::idea == Idea::narrow
                                        ? classNarrow
                                        : valueClassFor(S::valueKind, form_, memmap_.order());
      for (unsigned g = 0; g < valueClass.values; ++g) {
        const auto& field = S::valueField(folio(), g);
        std::uint64_t sum = 0;
        for (std::size_t m = 0; m < mmCount(); ++m) {
          const std::int32_t mappings = S::tracksEntire ? held_[m].mappings() : held_[m].entries();
          sum += subIdOf(valueClass, mms_[m]->id(), g) * static_cast<std::uint64_t>(mappings);
        }
        if (field != static_cast<std::remove_cvref_t<decltype(field)>>(sum))
          return describe("rmap value ", g, false, true);
      }
    }
    if (total() == 0 && !S::isAtInitialValues(folio()))
      return describe("initial values ", 0, false, true);
    return std::nullopt;
  }

  std::optional<std::string> checkStatistics() {
    const Statistics& statistics = task_->statistics;
    const auto all = static_cast<std::int64_t>(pages());
    std::int64_t anon = 0;
    std::int64_t huge = entireMappings() > 0 ? all : 0;
    switch (claims_.statistics) {
      case StatisticsClaim::perPage:
        anon = mappedPages();
        break;
      case StatisticsClaim::perFolio:
        anon = total() > 0 ? all : 0;
        break;
      case StatisticsClaim::folioWithoutHuge:
        anon = total() > 0 ? all : 0;
        huge = 0;
        break;
      case StatisticsClaim::onlyBalanced:
        return std::nullopt;
    }
    if (statistics.anonMapped != anon || statistics.anonThps != huge)
      return describe("statistics ", static_cast<std::size_t>(statistics.anonMapped), false, true);
    return std::nullopt;
  }

  static constexpr bool hasTotal = [] {
    if constexpr (requires { S::hasTotalMapcount; }) return S::hasTotalMapcount;
    return true;
  }();

  std::int32_t largestPageMapcount() const {
    std::int32_t largest = 0;
    for (std::uint32_t i = 0; i < pages(); ++i) largest = std::max(largest, mappingsOfPage(i));
    return largest;
  }

  std::string describe(const char* what, std::size_t which, bool yes, bool certain) const {
    std::ostringstream out;
    out << "wrong " << what << which << (yes ? " (yes" : " (no") << (certain ? ")" : ", a guess)")
        << "; mapped:";
    for (std::size_t m = 0; m < held_.size(); ++m) {
      out << " mm" << m << "=" << (held_[m].entire ? "entire+" : "") << held_[m].entries();
      if (pages() <= 8)
        for (const bool mapped : held_[m].pages) out << (mapped ? '*' : '.');
    }
    return out.str();
  }

  void setEntire(std::size_t m, bool mapped) {
    held_[m].entire = mapped;
    mms_[m]->entireEntry(0) = mapped ? pte::make(0, pte::dirty) : 0;
  }
  void writeEntry(std::size_t m, std::uint32_t index, bool mapped) {
    mms_[m]->entry(index) = mapped ? pte::make(index, pte::dirty) : 0;
  }
  void setEntries(std::size_t m, PageRange range, bool mapped) {
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      if (held_[m].pages[i] != mapped) held_[m].count += mapped ? 1 : -1;
      held_[m].pages[i] = mapped;
      writeEntry(m, i, mapped);
    }
  }
  void drop(std::uint32_t references) {
    Operations<S, Work::full>::put(*task_, folio(), references);
  }
  void noteOwners() { moreThanTwoOwners_ = owners() > 2 || (moreThanTwoOwners_ && owners() > 0); }

  Claims claims_;
  Form form_;
  Memmap memmap_;
  DeferredSplitQueue queue_;
  std::unique_ptr<Task> task_;
  std::vector<std::unique_ptr<Mm>> mms_;
  std::vector<Holding> held_;
  bool moreThanTwoOwners_ = false;
};

}  // namespace folio::model::test
