// The instructions behind the accesses, timed alone.
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "model/cost/counting.hpp"
#include "model/cost/repeated_timing.hpp"
#include "model/model.hpp"

namespace folio::model::test {
namespace {

TEST_CASE("the fastest and the median of the repetitions") {
  const auto ns = repeatedNs(1, [i = 0]() mutable {
    const std::uint64_t until = monotonicNs() + 100'000 * static_cast<std::uint64_t>(i++ % 2 + 1);
    while (monotonicNs() < until) continue;
  });
  REQUIRE(ns.size() == repetitions);
  CHECK(std::ranges::is_sorted(ns));
  CHECK(ns.front() >= 100'000);
  CHECK(ns.back() >= 200'000);  // every second call takes twice as long
  CHECK(medianNs(1000, [] {
          const std::uint64_t until = monotonicNs() + 100'000;
          while (monotonicNs() < until) continue;
        }) >= 100);
}

TEST_CASE("each instruction once, with a time that an instruction may take") {
  const std::vector<Latency> latencies = measureLatencies();
  std::set<std::string_view> names;
  for (const Latency& latency : latencies) {
    CAPTURE(std::string(latency.instruction));
    CHECK(names.insert(latency.instruction).second);
    CHECK(latency.ns > 0.05);    // a tenth of a cycle of any CPU
    CHECK(latency.ns < 10'000);  // an emulated CPU without optimisation
  }
#if defined(__x86_64__)
  CHECK(names == std::set<std::string_view>{"plain add", "lock add", "lock xadd", "lock cmpxchg"});
#else
  CHECK(names.size() >= 4);
#endif
}

#if defined(__x86_64__) && defined(__OPTIMIZE__)
TEST_CASE("a locked addition takes longer than a plain one, as on every x86") {
  std::map<std::string_view, double> ns;
  for (const auto& [instruction, each] : measureLatencies()) ns[instruction] = each;
  for (const char* locked : {"lock add", "lock xadd", "lock cmpxchg"}) {
    CAPTURE(std::string(locked));
    CHECK(ns.at(locked) > ns.at("plain add"));
  }
}
#endif

}  // namespace
}  // namespace folio::model::test
