// Hands out the lowest free mm id, starting at 1: 0 is the dummy that no mm has (specification D.1,
// F.4).
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <vector>

namespace folio::model {

class IdAllocator {
 public:
  explicit IdAllocator(std::uint32_t largest) : largest_(largest) {}

  // Nothing when every id up to the largest is in use.
  std::optional<std::uint32_t> allocate();
  // Any free one; the same for the same state of `random`. Nothing when half of the ids are in use.
  std::optional<std::uint32_t> allocateAny(std::mt19937_64& random);
  // Precondition: `id` was allocated and not released since; a violation throws std::logic_error.
  void release(std::uint32_t id);

 private:
  std::mutex mutex_;
  std::uint32_t largest_;
  std::uint32_t lowestCandidate_ = 1;  // every id below is in use
  std::vector<bool> used_{true};
  std::uint32_t inUse_ = 0;
};

}  // namespace folio::model
