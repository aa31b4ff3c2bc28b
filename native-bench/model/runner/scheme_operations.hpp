// The operations of one scheme behind function pointers: what the runner of cases calls. A call
// covers a whole region, so nothing indirect is inside a timed loop.
#pragma once

#include <span>

#include "model/runner/operations.hpp"

namespace folio::model {

// What can be timed, in one kind of work.
struct TimedOperations {
  void (*remapRegion)(Task& task, Mm& mm);
  void (*zap)(Task& task, Mm& mm, std::uint64_t begin, std::uint64_t end);
  void (*fork)(Task& task, Mm& parent, Mm& child);
  void (*dontneedEach)(Task& task, Mm& mm);
  void (*writeAll)(Task& task, Mm& mm, WriteSize size);
  // Every page once, in the given order or, if that is empty, ascending.
  void (*writeAllShared)(Task& task, Mm& mm, std::span<const std::uint64_t> order);
  void (*migrateRegion)(Task& task, Mm& mm);
};

struct SchemeOperations {
  bool counts;  // whether accesses are tallied
  void (*initialise)(Folio folio);
  bool (*isAtInitialValues)(Folio folio);
  Answer (*mappedShared)(Folio folio, const Mm& mm);
  void (*populate)(Task& task, Mm& mm, std::uint64_t folioIndex);
  void (*remap)(Task& task, Mm& mm, std::uint64_t folioIndex);
  void (*forkEntire)(Task& task, Mm& parent, Mm& child);
  void (*zapEntire)(Task& task, Mm& mm);
  void (*mapPages)(Task& task, Mm& mm, std::uint64_t folioIndex, PageRange range);
  void (*askShared)(Task& task, Mm& mm, std::uint64_t times);
  void (*askMapcount)(Task& task, Mm& mm, std::uint64_t times);
  TimedOperations full;
  TimedOperations accounting;
};

template <Scheme S, Work work>
constexpr TimedOperations timedOperationsOf() {
  using O = Operations<S, work>;
  return {&O::remapRegion,    &O::zap,          &O::fork, &O::dontneedEach, &O::writeAll,
          &O::writeAllShared, &O::migrateRegion};
}

template <Scheme S>
inline constexpr SchemeOperations operationsOf{
    S::Access::counts,
    &S::initialise,
    &S::isAtInitialValues,
    [](Folio folio, const Mm& mm) { return S::mappedShared(folio, mm); },
    &Operations<S, Work::full>::populate,
    &Operations<S, Work::full>::remap,
    &Operations<S, Work::full>::forkEntire,
    &Operations<S, Work::full>::zapEntire,
    &Operations<S, Work::full>::mapPages,
    &Operations<S, Work::full>::askShared,
    &Operations<S, Work::full>::askMapcount,
    timedOperationsOf<S, Work::full>(),
    timedOperationsOf<S, Work::accounting>(),
};

}  // namespace folio::model
