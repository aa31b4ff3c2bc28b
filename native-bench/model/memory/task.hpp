// What a thread has for itself while it executes operations: statistics (the kernel keeps them per
// CPU, so the hot path is a plain add), pages for copies, and the gather batch of an unmap.
#pragma once

#include <array>
#include <cstdint>

#include "model/memory/memmap.hpp"
#include "model/memory/page_table.hpp"

namespace folio::model {

class DeferredSplitQueue;

struct Statistics {
  std::int64_t anonMapped = 0;
  std::int64_t anonThps = 0;
  std::int64_t deferredCalls = 0;
  std::int64_t deferredAdded = 0;
  std::int64_t pagesCopied = 0;
  std::int64_t pagesReused = 0;
  std::int64_t faults = 0;

  Statistics& operator+=(const Statistics& other) {
    anonMapped += other.anonMapped;
    anonThps += other.anonThps;
    deferredCalls += other.deferredCalls;
    deferredAdded += other.deferredAdded;
    pagesCopied += other.pagesCopied;
    pagesReused += other.pagesReused;
    faults += other.faults;
    return *this;
  }
};

// What a memory control group keeps of the same changes.
struct GroupStatistics {
  std::int64_t groupPages = 0;
  std::int64_t lruvecPages = 0;
  bool isUpdated = false;  // since its statistics were last summed
};

// Pages that were unmapped but not yet released: the kernel releases them after the TLB flush, with
// the page-table lock dropped, when the batch is full or the unmap ends.
class GatherBatch {
 public:
  // Capacity of the kernel's structure: 19 batches of about 510 entries and 8 on the stack (H.2).
  static constexpr std::size_t capacity = 19 * 510 + 8;

  struct Entry {
    Folio folio;
    std::uint32_t references;
  };

  void add(Folio folio, std::uint32_t references) { entries_[size_++] = {folio, references}; }
  bool isFull() const { return size_ == capacity; }
  std::size_t room() const { return capacity - size_; }
  const Entry* begin() const { return entries_.data(); }
  const Entry* end() const { return entries_.data() + size_; }
  void clear() { size_ = 0; }

 private:
  std::array<Entry, capacity> entries_;
  std::size_t size_ = 0;
};

struct alignas(64) Task {
  Task(Memmap& memory, DeferredSplitQueue& deferredQueue, std::uint64_t firstCopyFrame,
       std::uint64_t copyFrames)
      : memmap(memory),
        queue(deferredQueue),
        nextCopyFrame(firstCopyFrame),
        endOfCopyFrames(firstCopyFrame + copyFrames) {}

  Memmap& memmap;
  DeferredSplitQueue& queue;
  Statistics statistics;
  GroupStatistics group;
  std::uint64_t lruPages = 0;  // that wait to be put on an LRU list
  std::uint64_t
      nextCopyFrame;  // order-0 pages for copies, handed out in order as from a per-CPU list
  std::uint64_t endOfCopyFrames;
  GatherBatch gather;
  // The answers that a reading benchmark got: answers "shared", and the sum of the mapcounts.
  std::uint64_t toldShared = 0;
  std::int64_t toldMappings = 0;
};

}  // namespace folio::model
