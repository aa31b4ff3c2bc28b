// Every access of the model to shared memory goes through Access<Counter>. With NoCounter it is the
// bare instruction that is measured; with ThreadCounter the same templates also keep a tally. The
// two are different types, so measured code carries no counter and both fit into one program.
//
// Classes of atomic read-modify-write operations: specification section 0.2. Orders: section 0.3.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace folio::model {

enum class Rmw : std::uint8_t {
  mapping,    // M: mapcounts, rmap values, sequence counter, owner lock
  reference,  // R: folio refcount
  flag,       // F: AnonExclusive, folio lock, double-map bit
  lock,       // L: page-table locks, deferred-split queue lock
  outside,    // page-table entries and the mmap lock: the same in every scheme, in none of the
              // classes
};
inline constexpr std::size_t rmwClasses = 5;

struct Tally {
  std::array<std::uint64_t, rmwClasses> rmw{};
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  std::uint64_t queueLocks = 0;  // part of class L
  std::uint64_t calls = 0;       // of functions that are calls in the kernel
  std::uint64_t retries = 0;     // of readers that a writer disturbed

  std::uint64_t of(Rmw kind) const { return rmw[static_cast<std::size_t>(kind)]; }

  Tally& operator+=(const Tally& other) {
    for (std::size_t i = 0; i < rmwClasses; ++i) rmw[i] += other.rmw[i];
    loads += other.loads;
    stores += other.stores;
    queueLocks += other.queueLocks;
    calls += other.calls;
    retries += other.retries;
    return *this;
  }
};

struct NoCounter {
  static constexpr bool counts = false;
  template <Rmw>
  static void rmw() {}
  static void load() {}
  static void store() {}
  static void queueLock() {}
  static void call() {}
  static void retry() {}
};

class ThreadCounter {
 public:
  static constexpr bool counts = true;

  template <Rmw kind>
  static void rmw() {
    ++state().rmw[static_cast<std::size_t>(kind)];
  }
  static void load() { ++state().loads; }
  static void store() { ++state().stores; }
  static void queueLock() { ++state().queueLocks; }
  static void call() { ++state().calls; }
  static void retry() { ++state().retries; }

  static void reset() { state() = Tally{}; }
  static Tally tally() { return state(); }

 private:
  static Tally& state() {
    thread_local Tally threadTally;
    return threadTally;
  }
};

// The __atomic builtins rather than std::atomic: with them g++ 12 emits `lock sub; js` and `lock
// bts`, the instructions of the kernel, for the forms whose result is only tested (specification
// 0.3).
template <class Counter>
struct Access {
  static constexpr bool counts = Counter::counts;

  // Untorn, unordered: atomic_read and atomic_set.
  template <class T>
  static T load(const T& field) {
    Counter::load();
    return __atomic_load_n(&field, __ATOMIC_RELAXED);
  }
  template <class T>
  static T loadAcquire(const T& field) {
    Counter::load();
    return __atomic_load_n(&field, __ATOMIC_ACQUIRE);
  }
  template <class T>
  static void store(T& field, std::type_identity_t<T> value) {
    Counter::store();
    __atomic_store_n(&field, value, __ATOMIC_RELAXED);
  }
  template <class T>
  static void storeRelease(T& field, std::type_identity_t<T> value) {
    Counter::store();
    __atomic_store_n(&field, value, __ATOMIC_RELEASE);
  }

  // Page-table entries are plain memory under their lock, so that ThreadSanitizer sees a missing
  // lock.
  template <class T>
  static T plainLoad(const T& field) {
    Counter::load();
    return field;
  }
  template <class T>
  static void plainStore(T& field, std::type_identity_t<T> value) {
    Counter::store();
    field = value;
  }

  // The update of an exclusive writer: a separate load and store, no RMW.
  template <class T>
  static T plainAdd(T& field, std::type_identity_t<T> value) {
    const T sum = static_cast<T>(load(field) + value);
    store(field, sum);
    return sum;
  }

  template <Rmw kind, class T>
  static void add(T& field, std::type_identity_t<T> value) {
    Counter::template rmw<kind>();
    __atomic_fetch_add(&field, value, __ATOMIC_RELAXED);
  }
  template <Rmw kind, class T>
  static T addReturnRelaxed(T& field, std::type_identity_t<T> value) {
    Counter::template rmw<kind>();
    return __atomic_add_fetch(&field, value, __ATOMIC_RELAXED);
  }
  template <Rmw kind, class T>
  static T addReturn(T& field, std::type_identity_t<T> value) {
    Counter::template rmw<kind>();
    return __atomic_add_fetch(&field, value, __ATOMIC_SEQ_CST);
  }
  // True when the result is 0.
  template <Rmw kind, class T>
  static bool incrementAndTest(T& field) {
    Counter::template rmw<kind>();
    return __atomic_add_fetch(&field, T{1}, __ATOMIC_SEQ_CST) == 0;
  }
  template <Rmw kind, class T>
  static bool subtractAndTest(T& field, std::type_identity_t<T> value) {
    Counter::template rmw<kind>();
    return __atomic_sub_fetch(&field, value, __ATOMIC_SEQ_CST) == 0;
  }
  // True when the result is negative.
  template <Rmw kind, class T>
  static bool decrementIsNegative(T& field) {
    Counter::template rmw<kind>();
    return __atomic_sub_fetch(&field, T{1}, __ATOMIC_SEQ_CST) < 0;
  }
  template <Rmw kind, class T>
  static bool compareExchange(T& field, T& expected, std::type_identity_t<T> desired) {
    Counter::template rmw<kind>();
    return __atomic_compare_exchange_n(&field, &expected, desired, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_RELAXED);
  }
  template <Rmw kind, class T>
  static T exchange(T& field, std::type_identity_t<T> value) {
    Counter::template rmw<kind>();
    return __atomic_exchange_n(&field, value, __ATOMIC_SEQ_CST);
  }

  template <Rmw kind, class T>
  static void setBits(T& word, std::type_identity_t<T> bits) {
    Counter::template rmw<kind>();
    __atomic_fetch_or(&word, bits, __ATOMIC_RELAXED);
  }
  template <Rmw kind, class T>
  static void clearBits(T& word, std::type_identity_t<T> bits) {
    Counter::template rmw<kind>();
    __atomic_fetch_and(&word, static_cast<T>(~bits), __ATOMIC_RELAXED);
  }
  // These return whether the bit was set before. `bit` is a single bit.
  template <Rmw kind, class T>
  static bool testAndSet(T& word, std::type_identity_t<T> bit) {
    Counter::template rmw<kind>();
    return (__atomic_fetch_or(&word, bit, __ATOMIC_SEQ_CST) & bit) != 0;
  }
  template <Rmw kind, class T>
  static bool testAndClear(T& word, std::type_identity_t<T> bit) {
    Counter::template rmw<kind>();
    return (__atomic_fetch_and(&word, static_cast<T>(~bit), __ATOMIC_SEQ_CST) & bit) != 0;
  }
  template <Rmw kind, class T>
  static bool testAndSetAcquire(T& word, std::type_identity_t<T> bit) {
    Counter::template rmw<kind>();
    return (__atomic_fetch_or(&word, bit, __ATOMIC_ACQUIRE) & bit) != 0;
  }

  static void queueLockTaken() { Counter::queueLock(); }
  static void functionCalled() { Counter::call(); }
  static void readAgain() { Counter::retry(); }
};

using Measured = Access<NoCounter>;
using Counted = Access<ThreadCounter>;

}  // namespace folio::model
