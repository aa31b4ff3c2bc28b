// A test-and-test-and-set spinlock: the kernel's page-table and queue locks (class L: one RMW to
// take, a plain store to release). No futex, because a sleeping lock would be measured instead of
// the accounting.
#pragma once

#include <sched.h>

#include <cstdint>

#include "model/cost/counting.hpp"

namespace folio::model {

inline void pauseProcessor() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#endif
}

// Waiting in user space: the kernel's spinners run with preemption disabled, here the holder may be
// off the processor, so a long wait gives the processor away.
class SpinWait {
 public:
  void wait() {
    if (++rounds_ % roundsBeforeYield == 0) {
      sched_yield();
    } else {
      pauseProcessor();
    }
  }
  std::uint64_t rounds() const { return rounds_; }

 private:
  static constexpr std::uint64_t roundsBeforeYield =
      256;  // about 10 us of pauses, longer than any section
  std::uint64_t rounds_ = 0;
};

struct alignas(64) SpinLock {
  std::uint32_t word = 0;
};

template <class A>
class LockGuard {
 public:
  explicit LockGuard(SpinLock& lock) : lock_(lock) { take(lock); }
  ~LockGuard() { release(lock_); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  // _raw_spin_lock()
  [[gnu::noipa]] static void take(SpinLock& lock) {
    A::functionCalled();
    SpinWait spin;
    std::uint32_t expected = 0;
    while (!A::template compareExchange<Rmw::lock>(lock.word, expected, 1)) {
      while (A::load(lock.word) != 0) spin.wait();
      expected = 0;
    }
  }
  // _raw_spin_unlock(), a call in kernels whose preemption can be chosen at boot
  [[gnu::noipa]] static void release(SpinLock& lock) {
    A::functionCalled();
    A::storeRelease(lock.word, 0);
  }

  SpinLock& lock_;
};

}  // namespace folio::model
