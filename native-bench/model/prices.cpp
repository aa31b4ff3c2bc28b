// Prices of single operations: loops of one kind of access, the fastest of several repetitions (interruptions only ever
// add time).
#include <algorithm>
#include <limits>

#include "harness/clock.hpp"
#include "memmap.hpp"
#include "model.hpp"

namespace folio::model {

namespace {

constexpr int repetitions = 7;

template <class Operation>
double fastestNs(std::uint64_t operations, Operation operation) {
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < repetitions; ++i)
        best = std::min(best, static_cast<double>(timed(operation).elapsedNs()) / static_cast<double>(operations));
    return best;
}

} // namespace

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
    return prices;
}

} // namespace folio::model
