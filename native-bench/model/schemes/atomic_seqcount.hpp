// The atomic seqcount of the rmap-ID series: a word with writers counted in the low bits and a
// sequence in the high bits. Readers see a stable state when no writer is in and the word is
// unchanged (specification D.4). Three writer variants, each with its 64-bit and its 32-bit layout.
#pragma once

#include <cstdint>

#include "model/cost/counting.hpp"
#include "model/memory/spin_lock.hpp"

namespace folio::model {

enum class ExclusiveWriter : std::uint8_t {
  off,        // variant 1: all writers shared
  cmpxchg,    // variant 2: one writer may be alone and then needs no RMW inside
  addReturn,  // variant 3: the attempt is an add-return with back-off
};

// D.4.1. `exclusiveUnit` 0 means that there are no exclusive writers.
template <class Word>
struct SeqcountLayout {
  Word sharedMask;
  Word exclusiveUnit;
  Word exclusiveMask;
  Word step;

  constexpr Word writers() const { return sharedMask | exclusiveMask; }
};

template <class Word, ExclusiveWriter variant>
constexpr SeqcountLayout<Word> seqcountLayout() {
  if constexpr (sizeof(Word) == 8) {
    if (variant == ExclusiveWriter::off) return {0xffff, 0, 0, 0x1'0000};
    if (variant == ExclusiveWriter::cmpxchg) return {0xffff, 0x1'0000, 0x1'0000, 0x2'0000};
    return {0xffff, 0x1'0000, 0xffff'0000, 0x1'0000'0000};
  } else {
    if (variant == ExclusiveWriter::off) return {0x7f, 0, 0, 0x80};
    return {0x7f, 0x80, 0x80, 0x100};  // too few bits to count exclusive attempts
  }
}

// ThreadSanitizer does not know fences; all data of a section is atomic, so it loses nothing
// without them.
inline void fenceRelease() {
#if !defined(__SANITIZE_THREAD__)
  __atomic_thread_fence(__ATOMIC_RELEASE);
#endif
}
inline void fenceAcquire() {
#if !defined(__SANITIZE_THREAD__)
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
#endif
}
// Orders plain stores of an exclusive section before the RMW that ends it (D.4.5). A locked
// instruction of x86 does that by itself; the fence instruction would distort the measurement
// there.
inline void fenceFull() {
#if defined(__x86_64__) || defined(__i386__)
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
#elif !defined(__SANITIZE_THREAD__)
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

template <class A, class WordType, ExclusiveWriter variant>
class AtomicSeqcount {
 public:
  using Word = WordType;
  static constexpr SeqcountLayout<Word> layout = seqcountLayout<Word, variant>();
  // The 32-bit layout of variant 3 keeps the compare-and-exchange of variant 2.
  static constexpr bool attemptsByCmpxchg =
      variant == ExclusiveWriter::cmpxchg ||
      (variant == ExclusiveWriter::addReturn && sizeof(Word) == 4);

  // Enters a writer section; true when this writer is alone and may update plainly.
  static bool begin(Word& word) {
    if constexpr (variant != ExclusiveWriter::off) {
      Word seen = A::load(word);
      if ((seen & layout.writers()) == 0) {
        if constexpr (attemptsByCmpxchg) {
          if (A::template compareExchange<Rmw::mapping>(
                  word, seen, static_cast<Word>(seen | layout.exclusiveUnit))) {
            fenceRelease();
            return true;
          }
        } else {
          const Word now = A::template addReturn<Rmw::mapping>(word, layout.exclusiveUnit);
          if ((now & layout.writers()) == layout.exclusiveUnit) {
            fenceRelease();
            return true;
          }
          A::template add<Rmw::mapping>(word,
                                        Word{1} - layout.exclusiveUnit);  // become a shared writer
          waitForExclusive(word);
          return false;
        }
      }
    }
    const Word now = A::template addReturn<Rmw::mapping>(word, Word{1});
    if constexpr (variant != ExclusiveWriter::off)
      if ((now & layout.exclusiveMask) != 0) waitForExclusive(word);
    fenceRelease();
    return false;
  }

  // Leaves the section and advances the sequence.
  static void end(Word& word, bool exclusive) {
    fenceFull();
    A::template addReturn<Rmw::mapping>(
        word, static_cast<Word>(layout.step - (exclusive ? layout.exclusiveUnit : Word{1})));
  }

  // Waits for the writers to leave.
  static Word readBegin(const Word& word) {
    SpinWait spin;
    Word seen = A::loadAcquire(word);
    while ((seen & layout.writers()) != 0) {
      spin.wait();
      seen = A::loadAcquire(word);
    }
    return seen;
  }
  // For readers that must not wait: the caller tests hasWriters().
  static Word readPeek(const Word& word) { return A::loadAcquire(word); }
  static bool hasWriters(Word seen) { return (seen & layout.writers()) != 0; }
  static bool readRetry(const Word& word, Word seen) {
    fenceAcquire();
    return A::load(word) != seen;
  }

 private:
  // At most one holder is waited for: a new exclusive attempt is refused while any writer is
  // counted.
  static void waitForExclusive(const Word& word) {
    SpinWait spin;
    while ((A::loadAcquire(word) & layout.exclusiveMask) != 0) spin.wait();
    fenceRelease();
  }
};

}  // namespace folio::model
