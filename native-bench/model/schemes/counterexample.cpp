// Two histories of mappings that make the posted series answer "exclusive" wrongly (specification
// D.8), replayed on the posted and on the sound form; and the moment of a zap in which a reference
// can hide (E.4).
#include "model/schemes/counterexample.hpp"

#include <array>
#include <memory>
#include <sstream>

#include "model/memory/deferred_split.hpp"
#include "model/schemes/batch_zap.hpp"
#include "model/schemes/exclusive.hpp"
#include "model/schemes/precomputed_values.hpp"

namespace folio::model {

namespace {

const char* text(Answer answer) {
  return answer.sharing == Sharing::exclusive ? "exclusive" : "shared";
}

// One folio and the processes that map it.
class Stage {
 public:
  Stage(unsigned order, Form form)
      : memmap_(order, 1, 0, false), form_(form), task_(memmap_, queue_, 0, 0) {}

  Folio folio() { return memmap_.folio(0); }
  Task& task() { return task_; }
  std::unique_ptr<Mm> mm(std::uint32_t id) const {
    return std::make_unique<Mm>(memmap_.regionPages(), memmap_.order(), id, form_);
  }

 private:
  Memmap memmap_;
  DeferredSplitQueue queue_;
  Form form_;
  Task task_;
};

struct Mapper {
  char name;
  std::uint32_t id;
  std::uint32_t mappings;
};

// D.8, 2: the digit vector [-2, 14, -42, 70, -70, 42, -14, 2] in base 513 is 0 modulo 2^64.
constexpr std::array wrapAround{Mapper{'x', 0x155, 1}, Mapper{'a', 0x1aa, 2},
                                Mapper{'b', 0x12b, 12}, Mapper{'c', 0x169, 28},
                                Mapper{'d', 0x14d, 28}};

Answer answerAfter71Mappings(Form form) {
  using S = PrecomputedValues<Measured>;
  const auto stage = std::make_unique<Stage>(9, form);
  const Folio folio = stage->folio();
  S::initialise(folio);
  std::unique_ptr<Mm> asking;
  for (const Mapper& mapper : wrapAround) {
    std::unique_ptr<Mm> mm = stage->mm(mapper.id);
    S::addRange(stage->task(), folio, *mm, {0, mapper.mappings});
    if (mapper.name == 'x') asking = std::move(mm);
  }
  return S::mappedShared(folio, *asking);
}

// D.8, 1: the exclusive update of the one-value class adds the sub-ID without the count.
template <Form form>
Answer answerAfterForgottenCount() {
  using S = Exclusive<Measured, form>;
  const auto stage = std::make_unique<Stage>(2, form);
  const Folio folio = stage->folio();
  S::initialise(folio);
  const std::unique_ptr<Mm> first = stage->mm(1);
  const std::unique_ptr<Mm> second = stage->mm(2);
  for (int i = 0; i < 2; ++i) {
    S::addRange(stage->task(), folio, *first, {0, 1});
    S::removeRange(stage->task(), folio, *first, {0, 1});
  }
  S::addRange(stage->task(), folio, *first, {0, 1});
  S::addRange(stage->task(), folio, *second, {1, 1});
  return S::mappedShared(folio, *second);
}

// E.4: what somebody sees who compares references with mappings while 4 of 16 pages are zapped: the
// entries are cleared, the mapcounts not yet changed. One reference is nobody's mapping.
struct Seen {
  std::int32_t references;
  std::int32_t mappings;
};
Seen inTheMiddleOfAZap(bool gathers) {
  using S = BatchZap<Measured>;
  const auto stage = std::make_unique<Stage>(4, Form::sound);
  const Folio folio = stage->folio();
  S::initialise(folio);
  const std::unique_ptr<Mm> mm = stage->mm(1);
  folio.refcount() = 16 + 1;
  S::addRange(stage->task(), folio, *mm, {0, 16});
  folio.refcount() += 1;                // the zap's own, until it is done
  if (!gathers) folio.refcount() -= 4;  // of the cleared entries
  return {folio.refcount(), S::mapcount(folio)};
}

void tell(std::ostream& out, const char* how, const Seen& seen) {
  out << how << seen.references << " - " << seen.mappings << " = "
      << seen.references - seen.mappings << "\n";
}

}  // namespace

Counterexample runCounterexample() {
  const Seen gathered = inTheMiddleOfAZap(true);
  const Seen notGathered = inTheMiddleOfAZap(false);
  const Answer posted71 = answerAfter71Mappings(Form::posted);
  const Answer sound71 = answerAfter71Mappings(Form::sound);
  const Answer postedCount = answerAfterForgottenCount<Form::posted>();
  const Answer soundCount = answerAfterForgottenCount<Form::sound>();

  std::ostringstream out;
  out << "1. An order-9 folio, 71 mappings, three 64-bit rmap values (stage 123 and later)\n";
  for (const Mapper& mapper : wrapAround)
    out << "     mm " << mapper.name << ", rmap id 0x" << std::hex << mapper.id << std::dec << ": "
        << mapper.mappings << (mapper.mappings == 1 ? " mapping\n" : " mappings\n");
  out << "   Does anybody but x map the folio? Yes: 70 of the 71 mappings belong to others.\n"
      << "     posted form (8 id bits per value, base 513): " << text(posted71)
      << "   sums wrap around: 513^8 exceeds 2^64\n"
      << "     sound form  (7 id bits per value, base 513): " << text(sound71) << "\n"
      << "2. An order-2 folio: mm 1 maps and unmaps a page twice, then mm 1 and mm 2 map one page "
         "each "
         "(stage "
         "exclusive and later)\n"
      << "   Does anybody but mm 2 map the folio? Yes: mm 1 does.\n"
      << "     posted form (the exclusive update forgets the count): " << text(postedCount) << "\n"
      << "     sound form:                                           " << text(soundCount) << "\n"
      << "3. A zap of 4 of the 16 pages of a folio to which somebody else holds one reference "
         "(batch-zap)\n"
      << "   How many references are not mappings, between the entries and the mapcounts? Two: the "
         "other one and the zap's.\n";
  tell(out, "     references dropped at a later flush: ", gathered);
  tell(out, "     dropped at once (no gathering):      ", notGathered);

  const bool reproduced =
      posted71.sharing == Sharing::exclusive && sound71.sharing == Sharing::shared &&
      postedCount.sharing == Sharing::exclusive && soundCount.sharing == Sharing::shared &&
      gathered.references - gathered.mappings == 2 && notGathered.references < notGathered.mappings;
  out << (reproduced ? "Both posted defects reproduce; the sound form answers correctly. Without "
                       "gathering the other reference is hidden.\n"
                     : "The counterexample did NOT reproduce: this is an error in the model.\n");
  return {out.str(), reproduced};
}

}  // namespace folio::model
