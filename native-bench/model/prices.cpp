// Prices of single operations: loops of one kind of access, the fastest of several repetitions.
#include <algorithm>

#include "memmap.hpp"
#include "model.hpp"
#include "repeated_timing.hpp"
#include "task.hpp"

namespace folio::model {

namespace {

// The shape of a scheme's calls: statistics are updated and a range of one page is walked.
[[gnu::noinline]] void addOne(Statistics& statistics, Folio folio, PageRange range) {
  std::int32_t first = 0;
  for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
    if (Measured::incrementAndTest<Rmw::mapping>(mapcountOf(folio.page(i)))) ++first;
  statistics.anonMapped += first;
}

}  // namespace

Prices measurePrices(std::uint64_t pages) {
  using A = Measured;
  Memmap memmap(0, 0, pages, false);
  const std::uint64_t operations = std::max<std::uint64_t>(pages, 100'000);
  std::int32_t& hot = mapcountOf(memmap.page(0));
  Prices prices;
  prices.rmwNs = fastestNs(operations, [&] {
    for (std::uint64_t i = 0; i < operations; ++i) A::add<Rmw::mapping>(hot, 1);
  });
  prices.freshRmwNs = fastestNs(pages, [&] {
    for (std::uint64_t i = 0; i < pages; ++i) A::add<Rmw::mapping>(mapcountOf(memmap.page(i)), 1);
  });
  // A load and a store each: the update of an exclusive writer, whose next update depends on it.
  prices.plainNs = fastestNs(2 * operations, [&] {
    for (std::uint64_t i = 0; i < operations; ++i) A::plainAdd(hot, 1);
  });
  prices.freshPlainNs = fastestNs(pages, [&] {
    for (std::uint64_t i = 0; i < pages; ++i) A::plainAdd(mapcountOf(memmap.page(i)), 1);
  });
  Statistics statistics;
  const Folio folio{&memmap.page(0), static_cast<std::uint32_t>(pages), 0};
  const double called = fastestNs(pages, [&] {
    for (std::uint32_t i = 0; i < pages; ++i) addOne(statistics, folio, {i, 1});
  });
  prices.callNs = std::max(0.0, called - prices.freshRmwNs);
  return prices;
}

}  // namespace folio::model
