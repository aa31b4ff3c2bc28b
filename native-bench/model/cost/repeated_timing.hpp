// Times of short operations, one for each of several repetitions.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "harness/clock.hpp"

namespace folio::model {

inline constexpr std::size_t repetitions = 7;

// Nanoseconds of one of the `operations` that a call does, ascending.
template <class Operation>
std::array<double, repetitions> repeatedNs(std::uint64_t operations, Operation operation) {
  std::array<double, repetitions> ns{};
  for (double& each : ns)
    each = static_cast<double>(timed(operation).elapsedNs()) / static_cast<double>(operations);
  std::ranges::sort(ns);
  return ns;
}

// What the operation usually takes here.
template <class Operation>
double medianNs(std::uint64_t operations, Operation operation) {
  return repeatedNs(operations, operation)[repetitions / 2];
}

}  // namespace folio::model
