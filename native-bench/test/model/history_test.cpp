// Correctness: every reachable state of a small folio, long random histories of larger ones, and
// the posted defects found by the same two searches.
#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <random>
#include <unordered_set>

#include "scheme_list.hpp"

namespace folio::model::test {
namespace {

struct Search {
  std::optional<std::string> failure;
  std::size_t states = 0;
  std::size_t depth = 0;
  bool complete = false;  // every reachable state was visited
};

// All steps that are possible in the world's present state, as functions that take them.
template <class W>
std::vector<std::function<void(W&)>> possibleSteps(const W& world) {
  std::vector<std::function<void(W&)>> steps;
  for (std::size_t m = 0; m < world.mmCount(); ++m) {
    const Holding& held = world.held(m);
    if (held.entire) {
      steps.push_back([m](W& w) { w.unmapEntire(m); });
      steps.push_back([m](W& w) { w.remap(m); });
    } else {
      if (held.mappings() == 0) {
        steps.push_back([m](W& w) { w.mapEntire(m); });
        steps.push_back([m](W& w) { w.map(m, {0, w.pages()}); });
      }
      if (held.entries() == static_cast<std::int32_t>(world.pages()))
        steps.push_back([m](W& w) { w.unmap(m, {0, w.pages()}); });
      for (std::uint32_t i = 0; i < world.pages(); ++i) {
        if (held.pages[i]) {
          steps.push_back([m, i](W& w) { w.unmap(m, {i, 1}); });
        } else {
          steps.push_back([m, i](W& w) { w.map(m, {i, 1}); });
        }
      }
    }
    for (std::size_t child = 0; child < world.mmCount(); ++child)
      if (child != m && held.mappings() > 0 && world.held(child).mappings() == 0)
        steps.push_back([m, child](W& w) { w.fork(m, child); });
  }
  return steps;
}

// Breadth first, so that a failure comes with the shortest history.
template <Scheme S>
Search exploreAllStates(std::size_t mms, Claims claims, std::size_t mostStates,
                        Form form = Form::sound) {
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 1; id <= mms; ++id) ids.push_back(id);
  World<S> world(2, ids, claims, form);
  Search search;
  struct Waiting {
    typename World<S>::Snapshot state;
    std::size_t depth;
  };
  std::deque<Waiting> waiting;
  std::unordered_set<std::size_t>
      seen;  // 64-bit hashes: a collision would skip a state, with 1e6 states 1 in 1e7
  waiting.push_back({world.save(), 0});
  seen.insert(std::hash<std::string>{}(world.key()));
  while (!waiting.empty() && search.states < mostStates) {
    const Waiting here = std::move(waiting.front());
    waiting.pop_front();
    ++search.states;
    search.depth = here.depth;
    world.load(here.state);
    if ((search.failure = world.check())) return search;
    for (const auto& step : possibleSteps(world)) {
      world.load(here.state);
      step(world);
      if (seen.insert(std::hash<std::string>{}(world.key())).second)
        waiting.push_back({world.save(), here.depth + 1});
    }
  }
  search.complete = waiting.empty();
  return search;
}

template <Scheme S>
std::optional<std::string> randomHistory(unsigned order, std::size_t mms, Claims claims,
                                         std::uint64_t seed, int steps, Form form = Form::sound) {
  std::mt19937_64 random(seed);
  const std::uint32_t largestId = form == Form::posted ? largestRmapId : largestSoundClass3Id;
  std::vector<std::uint32_t> ids;
  while (ids.size() < mms) {  // half dense ids, half from the whole range
    const auto id =
        static_cast<std::uint32_t>(ids.size() % 2 == 0 ? ids.size() + 1 : random() % largestId + 1);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  World<S> world(order, ids, claims, form);
  for (int step = 0; step < steps; ++step) {
    const std::size_t m = random() % mms;
    const Holding& held = world.held(m);
    const std::uint64_t dice = random() % 16;
    if (held.entire) {
      dice < 8 ? world.unmapEntire(m) : world.remap(m);
    } else if (held.mappings() == 0 && dice < 3) {
      world.mapEntire(m);
    } else if (held.mappings() == 0 && dice < 8 && world.held((m + 1) % mms).mappings() > 0) {
      world.fork((m + 1) % mms, m);
    } else {
      // A run from a random page on, of pages that are all mapped or all unmapped; sometimes as
      // long as possible.
      const auto first = static_cast<std::uint32_t>(random() % world.pages());
      const bool mapped = held.pages[first];
      const std::uint64_t longest = dice < 4 ? world.pages() : random() % 8 + 1;
      std::uint32_t count = 1;
      while (count < longest && first + count < world.pages() &&
             held.pages[first + count] == mapped)
        ++count;
      mapped ? world.unmap(m, {first, count}) : world.map(m, {first, count});
    }
    if (auto failure = world.check()) return "step " + std::to_string(step) + ": " + *failure;
  }
  for (std::size_t m = 0; m < mms; ++m) {
    if (world.held(m).entire) world.unmapEntire(m);
    for (std::uint32_t i = 0; i < world.pages(); ++i)
      if (world.held(m).pages[i]) world.unmap(m, {i, 1});
  }
  return world.check();
}

// 17 holdings per mm: 16 sets of pages, and "entirely".
constexpr std::size_t statesOf(std::size_t mms) {
  std::size_t states = 1;
  for (std::size_t m = 0; m < mms; ++m) states *= 17;
  return states;
}

TEST_CASE(
    "every state that three mms can bring an order-2 folio into is answered as the specification "
    "says") {
  forEachScheme([]<Scheme S>(const char* name, Claims claims) {
    const Search search = exploreAllStates<S>(3, claims, 1'000'000);
    CAPTURE(std::string(name));
    CAPTURE(search.states);
    CHECK(search.failure.value_or("") == "");
    CHECK(search.complete);
    CHECK(search.states >= statesOf(3));
  });
}

TEST_CASE(
    "every history of four mms and an order-2 folio up to three steps is answered as the "
    "specification "
    "says") {
  forEachScheme([]<Scheme S>(const char* name, Claims claims) {
    const Search search =
        exploreAllStates<S>(4, claims, claims.sharing == Claim::owners ? 12'000 : 5'000);
    CAPTURE(std::string(name));
    CAPTURE(search.states);
    CHECK(search.failure.value_or("") == "");
    CHECK(search.depth > 3);  // all states within three steps were visited
  });
}

TEST_CASE("every state that four mms can bring an order-2 folio into" *
          doctest::test_suite("long")) {
  forEachScheme([]<Scheme S>(const char* name, Claims claims) {
    // Owner tracking remembers the past, so its states are many more: up to a bound.
    const bool remembers = claims.sharing == Claim::owners;
    const Search search = exploreAllStates<S>(4, claims, remembers ? 400'000 : 1'000'000);
    CAPTURE(std::string(name));
    CAPTURE(search.states);
    CAPTURE(search.depth);
    CHECK(search.failure.value_or("") == "");
    CHECK((search.complete || remembers));
    CHECK(search.states >= statesOf(4));
  });
}

TEST_CASE("random histories of orders 2 to 9 are answered as the specification says") {
  forEachScheme([]<Scheme S>(const char* name, Claims claims) {
    for (unsigned order = 2; order <= 9; ++order) {
      CAPTURE(std::string(name));
      CAPTURE(order);
      CHECK(randomHistory<S>(order, 6, claims, 1000 + order, order < 6 ? 2000 : 400).value_or("") ==
            "");
    }
  });
}

TEST_CASE("orders without a kernel's number of rmap values are answered exactly") {
  constexpr TrackingOptions options = without(allOptions(Form::sound));
  for (const unsigned order : {10u, 11u, 13u, 16u}) {
    CAPTURE(order);
    CHECK(randomHistory<Tracking<Measured, options>>(order, 4, exactWithoutPageMapcounts, order, 15)
              .value_or("") == "");
  }
}

TEST_CASE("the forgotten count of the posted order-2 class is found by the exhaustive search") {
  CHECK(exploreAllStates<Exclusive<Measured, Form::posted>>(2, exactClaims, 100'000, Form::posted)
            .failure.has_value());
  CHECK(exploreAllStates<NoCmpxchg<Measured, Form::posted>>(2, exactClaims, 100'000, Form::posted)
            .failure.has_value());
  CHECK(exploreAllStates<All<Measured, Form::posted>>(2, exactClaims, 100'000, Form::posted)
            .failure.has_value());
  // Stages before the exclusive writer do not have the defect.
  CHECK_FALSE(
      exploreAllStates<Batch<Measured>>(2, exactClaims, 100'000, Form::posted).failure.has_value());
}

// 71 mappings by the five mms of D.8; returns what check() finds.
template <Scheme S>
std::optional<std::string> mapLikeTheCounterexample(unsigned order, Form form) {
  World<S> world(order, {0x155, 0x1aa, 0x12b, 0x169, 0x14d}, exactClaims, form);
  constexpr std::array<std::uint32_t, 5> mappings{1, 2, 12, 28, 28};
  for (std::size_t m = 0; m < mappings.size(); ++m) world.map(m, {0, mappings[m]});
  return world.check();
}

TEST_CASE(
    "the 71 mappings that wrap the posted 3-value class are told apart by the sound class and by 4 "
    "values") {
  for (const unsigned order : {7u, 8u, 9u}) {
    CAPTURE(order);
    CHECK(mapLikeTheCounterexample<PrecomputedValues<Measured>>(order, Form::posted).has_value());
    CHECK(mapLikeTheCounterexample<All<Measured, Form::posted>>(order, Form::posted).has_value());
    CHECK_FALSE(
        mapLikeTheCounterexample<PrecomputedValues<Measured>>(order, Form::sound).has_value());
    CHECK_FALSE(mapLikeTheCounterexample<All<Measured>>(order, Form::sound).has_value());
    CHECK_FALSE(mapLikeTheCounterexample<RmapId<Measured>>(order, Form::posted).has_value());
  }
}

TEST_CASE("vma-count takes two VMAs of one mm for two mms, and no more") {
  World<VmaCount<Measured>> world(
      4, {1, 2}, {Claim::vmaCount, ReuseClaim::exclusive, StatisticsClaim::folioWithoutHuge});
  using S = VmaCount<Measured>;
  world.map(0, {0, 16});
  CHECK(S::mappedShared(world.folio(), world.mm(0)).sharing == Sharing::exclusive);
  S::splitVma(world.task(), world.folio(), world.mm(0),
              1);  // mprotect of the edge page: one boundary, count 2
  CHECK(S::mappedShared(world.folio(), world.mm(0)).sharing == Sharing::shared);
  CHECK_FALSE(S::mappedShared(world.folio(), world.mm(0)).certain);
  CHECK(S::reuse(world.task(), world.folio(), world.mm(0), 3) == Reuse::no);
  world.unmap(0, {0, 1});
  CHECK(S::mappedShared(world.folio(), world.mm(0)).sharing == Sharing::exclusive);
  CHECK(S::reuse(world.task(), world.folio(), world.mm(0), 3) == Reuse::page);
  world.unmap(0, {1, 15});
  CHECK(S::isAtInitialValues(world.folio()));
}

TEST_CASE("the three calls of the vma-count example decrement only with the third") {
  using S = VmaCount<Counted>;
  World<S> world(9, {1},
                 {Claim::vmaCount, ReuseClaim::exclusive, StatisticsClaim::folioWithoutHuge});
  world.map(0, {0, 512});
  ThreadCounter::reset();
  world.unmap(0, {0, 128});
  world.unmap(0, {384, 128});
  CHECK(ThreadCounter::tally().of(Rmw::mapping) == 0);
  world.unmap(0, {128, 256});
  CHECK(ThreadCounter::tally().of(Rmw::mapping) == 1);
  CHECK(S::isAtInitialValues(world.folio()));
}

TEST_CASE("the imprecision of owner tracking is the documented one") {
  using S = MmId<Measured>;
  World<S> world(4, {1, 2, 3}, {Claim::owners, ReuseClaim::owners, StatisticsClaim::perPage});
  world.map(0, {0, 8});
  world.map(1, {0, 8});
  world.unmap(0, {0, 8});
  CHECK(S::mappedShared(world.folio(), world.mm(1)).sharing ==
        Sharing::exclusive);  // A, B; A leaves: exact
  world.map(0, {0, 8});
  world.map(2, {0, 8});
  world.unmap(0, {0, 8});
  world.unmap(1, {0, 8});
  CHECK(S::mappedShared(world.folio(), world.mm(2)).sharing ==
        Sharing::shared);  // A, B, C; only C is left
  CHECK_FALSE(S::mappedShared(world.folio(), world.mm(2)).certain);
  world.unmap(2, {0, 8});
  CHECK(S::isAtInitialValues(world.folio()));
}

}  // namespace
}  // namespace folio::model::test
