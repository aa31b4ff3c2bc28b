#include "model/memory/id_allocator.hpp"

#include <stdexcept>

namespace folio::model {

std::optional<std::uint32_t> IdAllocator::allocate() {
  const std::lock_guard guard(mutex_);
  while (lowestCandidate_ < used_.size() && used_[lowestCandidate_]) ++lowestCandidate_;
  if (lowestCandidate_ > largest_) return std::nullopt;
  if (lowestCandidate_ == used_.size()) used_.push_back(false);
  used_[lowestCandidate_] = true;
  ++inUse_;
  return lowestCandidate_++;
}

std::optional<std::uint32_t> IdAllocator::allocateAny(std::mt19937_64& random) {
  const std::lock_guard guard(mutex_);
  if (inUse_ > largest_ / 2) return std::nullopt;
  for (;;) {
    const auto id = static_cast<std::uint32_t>(random() % largest_ + 1);
    if (id >= used_.size()) used_.resize(id + std::size_t{1});
    if (used_[id]) continue;
    used_[id] = true;
    ++inUse_;
    return id;
  }
}

void IdAllocator::release(std::uint32_t id) {
  const std::lock_guard guard(mutex_);
  if (id == 0 || id >= used_.size() || !used_[id])
    throw std::logic_error("release of an mm id that is not in use");
  used_[id] = false;
  --inUse_;
  if (id < lowestCandidate_) lowestCandidate_ = id;
}

}  // namespace folio::model
