// The queue of partially mapped folios, with the lock that all processors share (specification 0.6,
// E.1).
#pragma once

#include <cstdint>

#include "model/memory/memmap.hpp"
#include "model/memory/spin_lock.hpp"
#include "model/memory/task.hpp"

namespace folio::model {

// Links live in tail page 2, where the kernel has `_deferred_list`. A folio is linked when `next`
// is not 0.
using DeferredNext = FolioField<std::uint64_t, 2, 16>;
using DeferredPrevious = FolioField<std::uint64_t, 2, 24>;

class DeferredSplitQueue {
 public:
  // Queues a folio that became partially mapped; without the lock when it is linked already.
  // `marksFolio` also sets the "partially mapped" flag that later releases look at before they call
  // (under the lock, so the flag needs no RMW).
  template <class A>
  [[gnu::noipa]] void add(Task& task, Folio folio, bool marksFolio) {
    A::functionCalled();
    ++task.statistics.deferredCalls;
    if (A::load(DeferredNext::of(folio)) != 0) return;
    A::queueLockTaken();
    const LockGuard<A> guard(lock_);
    if (A::load(DeferredNext::of(folio)) != 0) return;
    if (marksFolio) {
      std::uint64_t& flags = flagsOf(folio.page(1));
      A::store(flags, A::load(flags) | flag::partiallyMapped);
    }
    link<A>(folio);
    ++task.statistics.deferredAdded;
  }

  // The folio is being freed.
  template <class A>
  [[gnu::noipa]] void remove(Folio folio) {
    A::functionCalled();
    if (A::load(DeferredNext::of(folio)) == 0) return;
    A::queueLockTaken();
    const LockGuard<A> guard(lock_);
    if (A::load(DeferredNext::of(folio)) == 0) return;
    unlink<A>(folio);
    std::uint64_t& flags = flagsOf(folio.page(1));
    A::store(flags, A::load(flags) & ~flag::partiallyMapped);
  }

  std::uint64_t length() const { return length_; }

 private:
  // A link is the address of the neighbouring folio's head page; `endOfList` closes the list at
  // both ends, so that a linked folio never has a zero link.
  static constexpr std::uint64_t endOfList = 1;

  static Folio at(std::uint64_t address) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): links are words, as all of a page's fields are
    return {reinterpret_cast<Page*>(address), 0, 0};
  }

  template <class A>
  void link(Folio folio) {
    const auto address = reinterpret_cast<std::uint64_t>(folio.head);
    A::store(DeferredPrevious::of(folio), last_);
    A::store(DeferredNext::of(folio), endOfList);
    if (last_ != endOfList) A::store(DeferredNext::of(at(last_)), address);
    last_ = address;
    ++length_;
  }

  template <class A>
  void unlink(Folio folio) {
    const std::uint64_t next = A::load(DeferredNext::of(folio));
    const std::uint64_t previous = A::load(DeferredPrevious::of(folio));
    if (next != endOfList) {
      A::store(DeferredPrevious::of(at(next)), previous);
    } else {
      last_ = previous;
    }
    if (previous != endOfList) A::store(DeferredNext::of(at(previous)), next);
    A::store(DeferredNext::of(folio), 0);
    A::store(DeferredPrevious::of(folio), 0);
    --length_;
  }

  SpinLock lock_;
  std::uint64_t last_ = endOfList;
  std::uint64_t length_ = 0;
};

}  // namespace folio::model
