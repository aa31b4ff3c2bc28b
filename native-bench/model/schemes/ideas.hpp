// Ideas of the mail threads on top of the rmap-ID series that were never posted (specification N):
// what each replaces in Tracking. One at a time.
#pragma once

#include <array>
#include <cstdint>

#include "model/schemes/atomic_seqcount.hpp"
#include "model/schemes/fine_counts.hpp"

namespace folio::model {

// Which counters are changed inside the seqcount section.
enum class SeqcountScope : std::uint8_t {
  rmapValues,    // total mapcount and rmap values
  allMapcounts,  // per-page and entire mapcounts and the number of mapped pages as well (patch 20)
};

enum class Idea : std::uint8_t {
  none,
  skipZero,         // values whose sub-ID is 0 are left alone (N.1)
  lock,             // a bit spinlock and an ordinary sequence count (N.2)
  entireUntracked,  // entries that cover the folio do not change the values (N.3)
  totalInSequence,  // total mapcount and sequence in one word (N.4)
  spread,           // each value on a cache line of its own (N.5)
  squeezed,         // total, sequence and values on one cache line (N.5)
  narrow,           // 8 values of 32 bits (N.6)
  giveUp,           // a folio with many contended sections is not tracked any more (N.7)
};

// Offsets of the series from patch 7 on (0.4); values beyond the sixth continue on page 5.
template <Idea idea>
struct TrackingLayout {
  using Total = LayoutSeries::TotalMapcount;
  template <class Integer>
  using Sequence = FolioField<Integer, 1, 40>;
  template <unsigned value>
  using Value = FolioField<std::uint64_t, 3 + value / 4, 16 + 8 * (value % 4)>;
};
template <>
struct TrackingLayout<Idea::spread> {
  using Total = LayoutSeries::TotalMapcount;
  template <class Integer>
  using Sequence = FolioField<Integer, 1, 40>;
  template <unsigned value>
  using Value = FolioField<std::uint64_t, 3 + value, 16>;
};
// With a sequence of 32 bits they fill what page 3 has to give.
template <>
struct TrackingLayout<Idea::squeezed> {
  using Total = FolioField<std::int32_t, 3, 16>;
  template <class Integer>
  using Sequence = FolioField<Integer, 3, 20>;
  template <unsigned value>
  using Value = FolioField<std::uint64_t, 3, 24 + 8 * value>;
};
template <>
struct TrackingLayout<Idea::narrow> {
  using Total = LayoutSeries::TotalMapcount;
  template <class Integer>
  using Sequence = FolioField<Integer, 1, 40>;
  template <unsigned value>
  using Value = FolioField<std::uint32_t, 3, 16 + 4 * value>;
};

// Bit 0 is the lock, the rest counts sections. Every writer waits until it is alone.
template <class A, class WordType>
class LockedSequence {
 public:
  using Word = WordType;

  static bool begin(Word& word) {
    SpinWait spin;
    while (A::template testAndSet<Rmw::mapping>(word, lockBit))
      while ((A::load(word) & lockBit) != 0) spin.wait();
    fenceRelease();
    return true;
  }
  // No RMW: a writer that is waiting only sets the bit that is set already.
  static void end(Word& word, bool) {
    A::storeRelease(word, static_cast<Word>(A::load(word) - lockBit + step));
  }

  static Word readBegin(const Word& word) {
    SpinWait spin;
    Word seen = A::loadAcquire(word);
    while (hasWriters(seen)) {
      spin.wait();
      seen = A::loadAcquire(word);
    }
    return seen;
  }
  static Word readPeek(const Word& word) { return A::loadAcquire(word); }
  static bool hasWriters(Word seen) { return (seen & lockBit) != 0; }
  static bool readRetry(const Word& word, Word seen) {
    fenceAcquire();
    return A::load(word) != seen;
  }

 private:
  static constexpr Word lockBit = 1;
  static constexpr Word step = 2;
};

// Variant 1 of the atomic seqcount with the total mapcount between writers and sequence: 16 bits of
// writers, 32 of the total, 16 of the sequence. A writer changes the total with the RMW by which it
// leaves.
template <class A>
class SequenceWithTotal : public AtomicSeqcount<A, std::uint64_t, ExclusiveWriter::off> {
 public:
  static void end(std::uint64_t& word, std::int32_t count) {
    fenceFull();
    const auto change = static_cast<std::uint64_t>(static_cast<std::int64_t>(count)) << totalShift;
    A::template addReturn<Rmw::mapping>(word, step - 1 + change);
  }
  static std::int32_t total(const std::uint64_t& word) {
    return static_cast<std::int32_t>(A::load(word) >> totalShift);
  }
  // Of a folio that nobody else sees yet.
  static void setTotal(std::uint64_t& word, std::uint32_t total) {
    A::store(word, (A::load(word) & ~totalMask) | std::uint64_t{total} << totalShift);
  }

 private:
  static constexpr unsigned totalShift = 16;
  static constexpr std::uint64_t totalMask = std::uint64_t{0xffff'ffff} << totalShift;
  static constexpr std::uint64_t step = std::uint64_t{1} << 48;
};

// Contended sections of a folio until it is given up. They are counted in page 1, where the series
// has its count of pins.
using ContendedSections = FolioField<std::int32_t, 1, 28>;
inline constexpr std::int32_t mostContendedSections = 16;

// What an idea is held with: batch=remap, precomputed values and per-page mapcounts, like the
// stages `batch`, `exclusive`, `nocmpxchg` and `all`, and these writers.
struct IdeaBase {
  Idea idea;
  ExclusiveWriter exclusiveWriter;
  SeqcountScope scope;
};
inline constexpr std::array ideaBases{
    IdeaBase{Idea::skipZero, ExclusiveWriter::off, SeqcountScope::rmapValues},
    IdeaBase{Idea::skipZero, ExclusiveWriter::cmpxchg, SeqcountScope::rmapValues},
    IdeaBase{Idea::skipZero, ExclusiveWriter::addReturn, SeqcountScope::rmapValues},
    IdeaBase{Idea::skipZero, ExclusiveWriter::addReturn, SeqcountScope::allMapcounts},
    IdeaBase{Idea::entireUntracked, ExclusiveWriter::off, SeqcountScope::rmapValues},
    IdeaBase{Idea::entireUntracked, ExclusiveWriter::cmpxchg, SeqcountScope::rmapValues},
    IdeaBase{Idea::entireUntracked, ExclusiveWriter::addReturn, SeqcountScope::rmapValues},
    IdeaBase{Idea::entireUntracked, ExclusiveWriter::addReturn, SeqcountScope::allMapcounts},
    IdeaBase{Idea::giveUp, ExclusiveWriter::cmpxchg, SeqcountScope::rmapValues},
    IdeaBase{Idea::giveUp, ExclusiveWriter::addReturn, SeqcountScope::rmapValues},
    IdeaBase{Idea::giveUp, ExclusiveWriter::addReturn, SeqcountScope::allMapcounts},
    IdeaBase{Idea::totalInSequence, ExclusiveWriter::off, SeqcountScope::rmapValues},
    IdeaBase{Idea::lock, ExclusiveWriter::off, SeqcountScope::rmapValues},
    IdeaBase{Idea::lock, ExclusiveWriter::off, SeqcountScope::allMapcounts},
    IdeaBase{Idea::spread, ExclusiveWriter::off, SeqcountScope::rmapValues},
    IdeaBase{Idea::spread, ExclusiveWriter::cmpxchg, SeqcountScope::rmapValues},
    IdeaBase{Idea::spread, ExclusiveWriter::addReturn, SeqcountScope::rmapValues},
    IdeaBase{Idea::spread, ExclusiveWriter::addReturn, SeqcountScope::allMapcounts},
    IdeaBase{Idea::squeezed, ExclusiveWriter::off, SeqcountScope::rmapValues},
    IdeaBase{Idea::squeezed, ExclusiveWriter::cmpxchg, SeqcountScope::rmapValues},
    IdeaBase{Idea::squeezed, ExclusiveWriter::addReturn, SeqcountScope::rmapValues},
    IdeaBase{Idea::squeezed, ExclusiveWriter::addReturn, SeqcountScope::allMapcounts},
    IdeaBase{Idea::narrow, ExclusiveWriter::off, SeqcountScope::rmapValues},
    IdeaBase{Idea::narrow, ExclusiveWriter::cmpxchg, SeqcountScope::rmapValues},
    IdeaBase{Idea::narrow, ExclusiveWriter::addReturn, SeqcountScope::rmapValues},
    IdeaBase{Idea::narrow, ExclusiveWriter::addReturn, SeqcountScope::allMapcounts},
};

}  // namespace folio::model
