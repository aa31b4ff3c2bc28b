// The kernel's operations on mappings, written once over the schemes (specification C.4, E.3, F.2,
// H.2).
//
// Work::full executes everything that touches memory on the way: locks, entries, references, flags,
// page copies. Work::accounting executes what the scheme itself does and nothing else; entries are
// then written only where the scheme reads them or where the operation has to remember its
// decision. settle() (case_runner.hpp) makes up for the rest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "model/memory/deferred_split.hpp"
#include "model/memory/kernel_calls.hpp"
#include "model/memory/page_table.hpp"
#include "model/memory/task.hpp"
#include "model/schemes/reuse_rules.hpp"
#include "model/schemes/scheme.hpp"

namespace folio::model {

enum class Work : std::uint8_t { full, accounting };

// How much a write of a page writes.
enum class WriteSize : std::uint8_t { byte, page };

template <Scheme S, Work work>
class Operations {
 public:
  using A = typename S::Access;
  using Calls = KernelCalls<A>;
  static constexpr SchemeTraits traits = S::traits;
  static constexpr bool full = work == Work::full;
  static constexpr bool writesEntries = full || traits.readsPageTables;

  // First mapping of a fresh folio, by one entry that covers it; that of a folio of one page is its
  // page's. Set-up only, so always complete.
  static void populate(Task& task, Mm& mm, std::uint64_t folioIndex) {
    const Folio folio = task.memmap.folio(folioIndex);
    folio.refcount() = 1;
    if constexpr (traits.hasAnonExclusive) flagsOf(*folio.head) |= flag::anonExclusive;
    S::newEntire(task, folio, mm);
    (folio.order == 0 ? mm.entry(folioIndex) : mm.entireEntry(folioIndex)) =
        pte::make(task.memmap.frameOf(*folio.head), pte::writable | pte::dirty | pte::young);
  }

  // Table walks and faults are functions of their own, as in the kernel.

  // Replaces the entry that covers a folio by one entry per page.
  [[gnu::noinline]] static void remap(Task& task, Mm& mm, std::uint64_t folioIndex) {
    A::functionCalled();
    const MaybeLocked lock(mm.entireLock(folioIndex));
    const Folio folio = task.memmap.folio(folioIndex);
    const std::uint64_t first = folioIndex * folio.pages;
    Pte old = mm.entireEntry(folioIndex);
    if constexpr (full) old = A::template exchange<Rmw::outside>(mm.entireEntry(folioIndex), 0);
    const Pte bits = old & (pte::writable | pte::dirty | pte::young);
    if constexpr (full)
      A::template add<Rmw::reference>(
          folio.refcount(),
          static_cast<std::int32_t>(folio.pages) - (traits.remapTakesAllReferences ? 0 : 1));
    const bool exclusive = full && isAnonExclusive(*folio.head);
    if constexpr (traits.batchesRemap) {
      S::remapRange(task, folio, mm, {0, folio.pages});
      for (std::uint32_t i = 0; exclusive && i < folio.pages; ++i) setAnonExclusive(folio.page(i));
      if constexpr (traits.writesRemappedEntriesAtOnce) {
        const Pte entry = remappedEntry(mm, first, bits);
        for (std::uint32_t i = 0; writesEntries && i < folio.pages; ++i)
          writeRemapped(mm.entry(first + i), entry + (Pte{i} << 12));
      } else {
        for (std::uint32_t i = 0; writesEntries && i < folio.pages; ++i)
          writeRemapped(mm.entry(first + i), remappedEntry(mm, first + i, bits));
      }
    } else {
      for (std::uint32_t i = 0; i < folio.pages; ++i) {
        const Pte entry = remappedEntry(mm, first + i, bits);
        if (exclusive) setAnonExclusive(folio.page(i));
        S::remapRange(task, folio, mm, {i, 1});
        if constexpr (writesEntries) writeRemapped(mm.entry(first + i), entry);
      }
    }
    S::remapFinish(task, folio, mm);
    if constexpr (full && traits.remapTakesAllReferences) put(task, folio, 1);
  }

  // Benchmark `remap`: mprotect of the first page of every folio.
  static void remapRegion(Task& task, Mm& mm) {
    const std::uint32_t pages = task.memmap.folioPages();
    for (std::uint64_t folioIndex = 0; folioIndex < task.memmap.folios(); ++folioIndex) {
      if constexpr (full) Calls::lockMmap(mm);
      remap(task, mm, folioIndex);
      if constexpr (traits.countsVmas) {
        const Folio folio = task.memmap.folio(folioIndex);
        S::splitVma(task, folio, mm, 0);
        S::splitVma(task, folio, mm, 1);
      }
      if constexpr (full) {
        Pte& entry = mm.entry(folioIndex * pages);
        {
          const LockGuard<A> lock(mm.tableLock(folioIndex * pages));
          A::template clearBits<Rmw::outside>(entry, pte::writable);
        }
        Calls::unlockMmap(mm);
      }
    }
  }

  // Unmaps the pages [begin, end) of an mm.
  static void zap(Task& task, Mm& mm, std::uint64_t begin, std::uint64_t end) {
    if constexpr (full) {
      zapTables(task, mm, begin, end);
      flush(task);
    } else {
      for (std::uint64_t page = begin; page < end;) {
        const std::uint64_t tableEnd = endInTable(page, end);
        zapTableAccounting(task, mm, page, tableEnd);
        page = tableEnd;
      }
    }
  }

  // Benchmark `pte-dontneed`: one system call per page.
  static void dontneedEach(Task& task, Mm& mm) {
    for (std::uint64_t page = 0; page < mm.pages(); ++page) {
      if constexpr (full) {
        dontneed(task, mm, page);
      } else {
        zapTableAccounting(task, mm, page, page + 1);
      }
    }
  }

  // Unmaps what is still mapped by entries that cover a folio. Tear-down only.
  static void zapEntire(Task& task, Mm& mm) {
    for (std::uint64_t folioIndex = 0; folioIndex < mm.pages() >> task.memmap.order();
         ++folioIndex) {
      if (!pte::isPresent(mm.entireEntry(folioIndex))) continue;
      const Folio folio = task.memmap.folio(folioIndex);
      mm.entireEntry(folioIndex) = 0;
      S::removeEntire(task, folio, mm);
      put(task, folio, 1);
    }
  }

  // Copies all mappings of the region into a child that has none.
  static void fork(Task& task, Mm& parent, Mm& child) {
    if constexpr (traits.readsPageTables) child.copyVmas(parent);
    for (std::uint64_t page = 0; page < parent.pages();) {
      const std::uint64_t tableEnd = endInTable(page, parent.pages());
      if constexpr (full) {
        forkTable(task, parent, child, page, tableEnd);
      } else {
        forkTableAccounting(task, child, page, tableEnd);
      }
      page = tableEnd;
    }
  }

  // The same for folios that are mapped by one entry each. Set-up only.
  static void forkEntire(Task& task, Mm& parent, Mm& child) {
    for (std::uint64_t folioIndex = 0; folioIndex < task.memmap.folios(); ++folioIndex) {
      const Folio folio = task.memmap.folio(folioIndex);
      const LockGuard<A> childLock(child.entireLock(folioIndex));
      const LockGuard<A> parentLock(parent.entireLock(folioIndex));
      A::template add<Rmw::reference>(folio.refcount(), 1);
      if (isAnonExclusive(*folio.head)) clearAnonExclusive(*folio.head);
      S::duplicateEntire(task, folio, child);
      parent.entireEntry(folioIndex) &= ~pte::writable;
      child.entireEntry(folioIndex) = parent.entireEntry(folioIndex);
    }
  }

  // A write by the owner of `mm`: fault if the entry does not allow it, then the store.
  static void writePage(Task& task, Mm& mm, std::uint64_t page, WriteSize size) {
    Pte entry = mm.entry(page);  // the processor's look-up, not an access of the kernel
    if ((entry & pte::writable) == 0) entry = writeFault(task, mm, page);
    writeData(task, pte::frameOf(entry), page, size);
  }

  // The same where folios may still be mapped by one entry that others share (H.4): such a mapping
  // is replaced first.
  static void writePageOfSharedRegion(Task& task, Mm& mm, std::uint64_t page, WriteSize size) {
    const std::uint64_t folioIndex = page >> task.memmap.order();
    const Pte entire = mm.entireEntry(folioIndex);
    if (pte::isPresent(entire) && (entire & pte::writable) == 0) entireFault(task, mm, folioIndex);
    if (pte::isPresent(mm.entireEntry(folioIndex))) {
      writeData(task, page, page, size);
    } else {
      writePage(task, mm, page, size);
    }
  }

  static void writeAll(Task& task, Mm& mm, WriteSize size) {
    for (std::uint64_t page = 0; page < mm.pages(); ++page) writePage(task, mm, page, size);
  }
  // Every page once, in the given order or, if that is empty, ascending.
  static void writeAllShared(Task& task, Mm& mm, std::span<const std::uint64_t> order) {
    if (order.empty()) {
      for (std::uint64_t page = 0; page < mm.pages(); ++page)
        writePageOfSharedRegion(task, mm, page, WriteSize::page);
    } else {
      for (const std::uint64_t page : order)
        writePageOfSharedRegion(task, mm, page, WriteSize::page);
    }
  }

  // A fault that maps pages of a folio that others map already; what writers do beside readers.
  static void mapPages(Task& task, Mm& mm, std::uint64_t folioIndex, PageRange range) {
    const Folio folio = task.memmap.folio(folioIndex);
    const std::uint64_t first = folioIndex * folio.pages + range.first;
    const LockGuard<A> lock(mm.tableLock(first));
    A::template add<Rmw::reference>(folio.refcount(), static_cast<std::int32_t>(range.count));
    S::addRange(task, folio, mm, range);
    for (std::uint32_t i = 0; i < range.count; ++i)
      A::plainStore(mm.entry(first + i), pte::make(first + i, pte::dirty | pte::young));
  }

  // Benchmark `migrate`: every folio moves to another one of its size, in the second half of the
  // frames of folios.
  static void migrateRegion(Task& task, Mm& mm) {
    const std::uint64_t folios = mm.pages() >> task.memmap.order();
    for (std::uint64_t i = 0; i < folios; ++i)
      migrate(task, mm, task.memmap.folio(i), task.memmap.folio(folios + i));
  }
  static void migrate(Task& task, Mm& mm, Folio from, Folio to) {
    const std::uint64_t first = task.memmap.frameOf(*from.head);
    if constexpr (full) {
      A::template add<Rmw::reference>(from.refcount(), 1);  // of whoever isolated the folio
      A::store(to.refcount(), 1);                           // of its allocation
      lockFolio(from);
      lockFolio(to);
    }
    unmapToMigrate(task, mm, from, first);
    if constexpr (full)
      for (std::uint32_t i = 0; i < from.pages; ++i)
        copyData(task.memmap.data(task.memmap.frameOf(to.page(i))), task.memmap.data(first + i));
    mapMigrated(task, mm, to, first);
    if constexpr (full) {
      unlockFolio<A>(from);
      unlockFolio<A>(to);
      put(task, from, 1);
      put(task, to, 1);
    }
  }

  // Benchmarks of reading: every folio so many times.
  static void askShared(Task& task, Mm& mm, std::uint64_t times) {
    std::uint64_t shared = 0;
    for (std::uint64_t i = 0; i < times; ++i)
      for (std::uint64_t folio = 0; folio < task.memmap.folios(); ++folio)
        if (S::mappedShared(task.memmap.folio(folio), mm).sharing == Sharing::shared) ++shared;
    task.toldShared += shared;
  }
  static void askMapcount(Task& task, Mm&, std::uint64_t times) {
    std::int64_t mappings = 0;
    for (std::uint64_t i = 0; i < times; ++i)
      for (std::uint64_t folio = 0; folio < task.memmap.folios(); ++folio)
        mappings += S::mapcount(task.memmap.folio(folio));
    task.toldMappings += mappings;
  }

  // Drops references after an unmap; the last one frees the folio.
  static void put(Task& task, Folio folio, std::uint32_t references) {
    if (!A::template subtractAndTest<Rmw::reference>(folio.refcount(),
                                                     static_cast<std::int32_t>(references)))
      return;
    if (folio.order > 0) task.queue.template remove<A>(folio);
  }

 private:
  // Taken in full work only.
  struct NoLock {
    explicit NoLock(SpinLock&) {}
  };
  using MaybeLocked = std::conditional_t<full, LockGuard<A>, NoLock>;

  // Bits that need not be equal within a batch (F.2). Fork compares dirty in private memory, but
  // every entry here is dirty.
  static constexpr Pte ignoredInBatch = pte::young | pte::writable | pte::dirty;

  // The end of the part of [page, end) that the table of the page covers.
  static std::uint64_t endInTable(std::uint64_t page, std::uint64_t end) {
    return std::min(end, (page / entriesPerTable + 1) * entriesPerTable);
  }

  static bool isAnonExclusive(Page& page) {
    if constexpr (!traits.hasAnonExclusive) return false;
    return (A::load(flagsOf(page)) & flag::anonExclusive) != 0;
  }
  static void setAnonExclusive(Page& page) {
    A::template setBits<Rmw::flag>(flagsOf(page), flag::anonExclusive);
  }
  static void clearAnonExclusive(Page& page) {
    A::template clearBits<Rmw::flag>(flagsOf(page), flag::anonExclusive);
  }

  // In mm/huge_memory.c set_pte() is inlined; what it calls is not.
  static void writeRemapped(Pte& entry, Pte value) {
    if constexpr (full) {
      Calls::nativeSetPte(entry, value);
    } else {
      A::plainStore(entry, value);
    }
  }

  // The folio of a mapped page, as mm/memory.c looks it up.
  static Folio folioOf(Task& task, Page& page) {
    return task.memmap.template folioAt<A>(full ? Calls::headOf(page) : Memmap::headOf<A>(page));
  }
  // What the kernel asks about a page, and not about its folio, looks the folio up again.
  template <unsigned times>
  static void lookUpAgain(Page& page, Folio folio) {
    for (unsigned i = 0; i < times; ++i)
      if (&Calls::headOf(page) != folio.head) __builtin_trap();
  }

  // The entry of a page that an entry with these bits covered.
  static Pte remappedEntry(const Mm& mm, std::uint64_t frame, Pte bits) {
    if constexpr (full && traits.knowsShadowStacks)
      if ((bits & pte::writable) != 0)
        return Calls::makeWritable(mm, pte::make(frame, bits & ~pte::writable));
    return pte::make(frame, bits);
  }

  // madvise(MADV_DONTNEED) of one page: do_madvise(), madvise_vma_behavior(),
  // zap_page_range_single(), unmap_single_vma(), unmap_page_range() and zap_pte_range(), each
  // called by the one before it.
  FOLIO_KERNEL_CALL static void dontneed(Task& task, Mm& mm, std::uint64_t page) {
    A::functionCalled();
    Calls::lockMmap(mm);
    if (Calls::findVma(mm, page)) dontneedInVma(task, mm, page);
    Calls::unlockMmap(mm);
  }
  FOLIO_KERNEL_CALL static void dontneedInVma(Task& task, Mm& mm, std::uint64_t page) {
    A::functionCalled();
    zapSingleRange(task, mm, page, page + 1);
  }
  FOLIO_KERNEL_CALL static void zapSingleRange(Task& task, Mm& mm, std::uint64_t begin,
                                               std::uint64_t end) {
    A::functionCalled();
    Calls::drainLru(task);
    Calls::beginGather(task.gather);
    unmapVma(task, mm, begin, end);
    finishGather(task, mm, begin, end);
  }
  FOLIO_KERNEL_CALL static void unmapVma(Task& task, Mm& mm, std::uint64_t begin,
                                         std::uint64_t end) {
    A::functionCalled();
    if (begin < end) unmapRange(task, mm, begin, end);
  }
  FOLIO_KERNEL_CALL static void unmapRange(Task& task, Mm& mm, std::uint64_t begin,
                                           std::uint64_t end) {
    A::functionCalled();
    zapTables(task, mm, begin, end);
  }
  // tlb_finish_mmu()
  FOLIO_KERNEL_CALL static void finishGather(Task& task, const Mm& mm, std::uint64_t begin,
                                             std::uint64_t end) {
    A::functionCalled();
    Calls::flushTlb(mm, begin, end);
    flush(task);
  }

  static void writeData(Task& task, std::uint64_t frame, std::uint64_t page, WriteSize size) {
    if constexpr (!full) return;
    std::byte* data = task.memmap.data(frame);
    if (size == WriteSize::page) {
      std::memset(data, static_cast<int>(page & 0xff), basePageBytes);
    } else {
      *data = static_cast<std::byte>(page & 0xff);
    }
  }

  // Small folios never have another mapper here; every scheme treats them alike.
  [[gnu::noinline]] static void newSmall(Task& task, Page& page) {
    A::functionCalled();
    A::store(mapcountOf(page), 0);
    A::store(flagsOf(page), traits.hasAnonExclusive ? flag::anonExclusive : 0);
    if constexpr (full) A::store(refcountOf(page), 1);
    StatisticsCalls<A>::change(task, &Statistics::anonMapped, 1);
  }
  [[gnu::noinline]] static void removeSmall(Task& task, Page& page) {
    A::functionCalled();
    if (A::template decrementIsNegative<Rmw::mapping>(mapcountOf(page)))
      StatisticsCalls<A>::change(task, &Statistics::anonMapped, -1);
  }

  static void zapTables(Task& task, Mm& mm, std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t page = begin; page < end;) {
      page = zapTable(task, mm, page, endInTable(page, end));
      if (task.gather.isFull()) flush(task);
    }
  }

  [[gnu::noinline]] static std::uint64_t zapTable(Task& task, Mm& mm, std::uint64_t page,
                                                  std::uint64_t end) {
    A::functionCalled();
    const LockGuard<A> lock(mm.tableLock(page));
    for (bool isFull = false; page < end && !isFull;) {
      const Pte entry = A::plainLoad(mm.entry(page));
      if (!pte::isPresent(entry)) {
        ++page;
        continue;
      }
      Page& mapped = *Calls::normalPage(task.memmap, entry);
      const Folio folio = folioOf(task, mapped);
      lookUpAgain<traits.folioLookupsToZap - 1>(mapped, folio);
      if (folio.order == 0) {
        A::template exchange<Rmw::outside>(mm.entry(page), 0);
        if constexpr (traits.knowsShadowStacks) Calls::checkZapped(mm, entry);
        removeSmall(task, mapped);
        isFull = Calls::gather(task.gather, folio, 1);
        ++page;
      } else {
        const auto index = static_cast<std::uint32_t>(&mapped - folio.head);
        page += zapBatch(task, mm, page, end, entry, folio, index, isFull);
      }
    }
    return page;
  }

  static std::uint32_t zapBatch(Task& task, Mm& mm, std::uint64_t page, std::uint64_t end,
                                Pte entry, Folio folio, std::uint32_t index, bool& isFull) {
    std::uint32_t count = 1;
    if constexpr (traits.batchesZap) {
      std::uint64_t limit = std::min<std::uint64_t>(folio.pages - index, end - page);
      if constexpr (!traits.batchesZapReferences)
        limit = std::min<std::uint64_t>(limit, task.gather.room());
      count = presentBatch<A>(mm, page, static_cast<std::uint32_t>(limit), ignoredInBatch);
    }
    if constexpr (traits.holdsReferenceDuringZap)
      A::template add<Rmw::reference>(folio.refcount(), 1);
    for (std::uint32_t i = 0; i < count; ++i)
      A::template exchange<Rmw::outside>(mm.entry(page + i), 0);
    if constexpr (traits.knowsShadowStacks) Calls::checkZapped(mm, entry);
    S::removeRange(task, folio, mm, {index, count});
    if constexpr (traits.holdsReferenceDuringZap) put(task, folio, 1);
    if constexpr (traits.batchesZapReferences) {
      isFull = Calls::gather(task.gather, folio, count);
    } else {
      for (std::uint32_t i = 0; i < count; ++i) isFull = Calls::gather(task.gather, folio, 1);
    }
    return count;
  }

  // free_pages_and_swap_cache() and, called by it, release_pages()
  FOLIO_KERNEL_CALL static void flush(Task& task) {
    A::functionCalled();
    for (const GatherBatch::Entry& entry : task.gather) Calls::freeSwapCache(entry.folio);
    releasePages(task);
    task.gather.clear();
  }
  FOLIO_KERNEL_CALL static void releasePages(Task& task) {
    A::functionCalled();
    for (const GatherBatch::Entry& entry : task.gather) put(task, entry.folio, entry.references);
  }

  // Calls visit(folio, range) for the parts of the pages [page, end) that belong to one folio each:
  // the whole part at once when batched, otherwise page by page.
  template <bool batched, class Visit>
  static void forEachPart(Task& task, std::uint64_t page, std::uint64_t end, Visit visit) {
    while (page < end) {
      const Folio folio = task.memmap.folio(page >> task.memmap.order());
      const auto index = static_cast<std::uint32_t>(page & (folio.pages - 1));
      const auto count =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(folio.pages - index, end - page));
      if constexpr (batched) {
        visit(folio, PageRange{index, count});
      } else {
        for (std::uint32_t i = 0; i < count; ++i) visit(folio, PageRange{index + i, 1});
      }
      page += count;
    }
  }

  [[gnu::noinline]] static void zapTableAccounting(Task& task, Mm& mm, std::uint64_t page,
                                                   std::uint64_t end) {
    A::functionCalled();
    forEachPart<traits.batchesZap>(task, page, end, [&](Folio folio, PageRange range) {
      if constexpr (writesEntries) {
        const std::uint64_t first = task.memmap.frameOf(*folio.head) + range.first;
        for (std::uint32_t i = 0; i < range.count; ++i) A::plainStore(mm.entry(first + i), 0);
      }
      S::removeRange(task, folio, mm, range);
    });
  }

  [[gnu::noinline]] static void forkTable(Task& task, Mm& parent, Mm& child, std::uint64_t page,
                                          std::uint64_t end) {
    A::functionCalled();
    const LockGuard<A> childLock(child.tableLock(page));  // destination first, then source (C.4)
    const LockGuard<A> parentLock(parent.tableLock(page));
    while (page < end) {
      const Pte entry = A::plainLoad(parent.entry(page));
      if (!pte::isPresent(entry)) {
        ++page;
        continue;
      }
      Page& mapped = *Calls::normalPage(task.memmap, entry);
      const Folio folio = folioOf(task, mapped);
      if constexpr (traits.looksUpFolioToDuplicate) lookUpAgain<1>(mapped, folio);
      const auto index = static_cast<std::uint32_t>(&mapped - folio.head);
      std::uint32_t count = 1;
      if constexpr (traits.batchesFork)
        count = presentBatch<A>(
            parent, page,
            static_cast<std::uint32_t>(std::min<std::uint64_t>(folio.pages - index, end - page)),
            ignoredInBatch);
      if constexpr (traits.batchesForkReferences) {
        A::template add<Rmw::reference>(folio.refcount(), static_cast<std::int32_t>(count));
      } else {
        for (std::uint32_t i = 0; i < count; ++i)
          A::template add<Rmw::reference>(folio.refcount(), 1);
      }
      const auto shareWithChild = [](Page& each) {
        if (isAnonExclusive(each)) clearAnonExclusive(each);
      };
      if constexpr (traits.visitsPagesAtFork) {
        S::duplicateRange(task, folio, child, {index, count}, shareWithChild);
      } else {
        for (std::uint32_t i = index; i < index + count; ++i) shareWithChild(folio.page(i));
        S::duplicateRange(task, folio, child, {index, count});
      }
      for (std::uint32_t i = 0; i < count; ++i)
        copyEntry(parent.entry(page + i), child.entry(page + i));
      page += count;
    }
  }

  static void copyEntry(Pte& source, Pte& destination) {
    Pte entry = A::plainLoad(source);
    if ((entry & pte::writable) != 0) {
      A::template clearBits<Rmw::outside>(source, pte::writable);
      entry &= ~pte::writable;
    }
    Calls::setPte(destination, entry);
  }

  [[gnu::noinline]] static void forkTableAccounting(Task& task, Mm& child, std::uint64_t page,
                                                    std::uint64_t end) {
    A::functionCalled();
    forEachPart<traits.batchesFork>(task, page, end, [&](Folio folio, PageRange range) {
      S::duplicateRange(task, folio, child, range);
      if constexpr (writesEntries) {
        const std::uint64_t first = task.memmap.frameOf(*folio.head) + range.first;
        for (std::uint32_t i = 0; i < range.count; ++i)
          A::plainStore(child.entry(first + i), pte::make(first + i, pte::dirty | pte::young));
      }
    });
  }

  static void lockFolio(Folio folio) {
    SpinWait spin;
    while (!tryLockFolio<A>(folio)) spin.wait();
  }

  // try_to_migrate_one(): page by page, whatever the scheme batches. The entry keeps its bits and
  // is not present.
  FOLIO_KERNEL_CALL static void unmapToMigrate(Task& task, Mm& mm, Folio folio,
                                               std::uint64_t first) {
    A::functionCalled();
    const std::uint64_t end = first + folio.pages;
    for (std::uint64_t page = first; page < end;) {
      const std::uint64_t tableEnd = endInTable(page, end);
      const MaybeLocked lock(mm.tableLock(page));
      for (; page < tableEnd; ++page) {
        const auto index = static_cast<std::uint32_t>(page - first);
        if constexpr (full) {
          if (!pte::isPresent(A::plainLoad(mm.entry(page)))) continue;
          const Pte old = A::template exchange<Rmw::outside>(mm.entry(page), 0);
          const bool exclusive = isAnonExclusive(folio.page(index));
          if (exclusive) clearAnonExclusive(folio.page(index));
          A::plainStore(mm.entry(page),
                        (old & ~pte::present) | pte::migration | (exclusive ? pte::exclusive : 0));
        } else if constexpr (writesEntries) {
          A::plainStore(mm.entry(page), 0);
        }
        S::removeRange(task, folio, mm, {index, 1});
        if constexpr (full) put(task, folio, 1);
      }
    }
  }

  // remove_migration_pte(), with the entries of unmapToMigrate().
  FOLIO_KERNEL_CALL static void mapMigrated(Task& task, Mm& mm, Folio folio, std::uint64_t first) {
    A::functionCalled();
    const std::uint64_t frame = task.memmap.frameOf(*folio.head);
    const std::uint64_t end = first + folio.pages;
    for (std::uint64_t page = first; page < end;) {
      const std::uint64_t tableEnd = endInTable(page, end);
      const MaybeLocked lock(mm.tableLock(page));
      for (; page < tableEnd; ++page) {
        const auto index = static_cast<std::uint32_t>(page - first);
        [[maybe_unused]] Pte old = 0;
        if constexpr (full) {
          old = A::plainLoad(mm.entry(page));
          if (pte::isPresent(old) || (old & pte::migration) == 0) continue;
          A::template add<Rmw::reference>(folio.refcount(), 1);
        }
        S::addRange(task, folio, mm, {index, 1});
        if constexpr (full) {
          if ((old & pte::exclusive) != 0) setAnonExclusive(folio.page(index));
          const Pte bits = old & (pte::writable | pte::dirty | pte::young);
          Calls::setPte(mm.entry(page), pte::make(frame + index, bits));
        } else if constexpr (writesEntries) {
          A::plainStore(mm.entry(page), pte::make(frame + index, pte::dirty | pte::young));
        }
      }
    }
  }

  // A write fault on a region page that is mapped read-only: handle_mm_fault(),
  // __handle_mm_fault(), do_wp_page(), each called by the one before it. Returns the entry that
  // allows the write.
  FOLIO_KERNEL_CALL static Pte writeFault(Task& task, Mm& mm, std::uint64_t page) {
    A::functionCalled();
    ++task.statistics.faults;
    return walkTables(task, mm, page);
  }
  FOLIO_KERNEL_CALL static Pte walkTables(Task& task, Mm& mm, std::uint64_t page) {
    A::functionCalled();
    return writeProtected(task, mm, page);
  }
  FOLIO_KERNEL_CALL static Pte writeProtected(Task& task, Mm& mm, std::uint64_t page) {
    A::functionCalled();
    Pte old = 0;
    Folio folio{};
    std::uint32_t index = 0;
    [[maybe_unused]] std::uint32_t copied = 1;
    {
      const MaybeLocked lock(mm.tableLock(page));
      old = A::plainLoad(mm.entry(page));
      // Region pages are mapped at their own frame number.
      Page& oldPage = full ? *Calls::normalPage(task.memmap, old) : task.memmap.page(page);
      folio = folioOf(task, oldPage);
      index = static_cast<std::uint32_t>(&oldPage - folio.head);
      const bool knownExclusive = isAnonExclusive(oldPage);
      const Reuse reuse = knownExclusive ? Reuse::page : S::reuse(task, folio, mm, index);
      if (reuse == Reuse::folio) return takeFolio(task, mm, folio, page);
      if (reuse == Reuse::page) {
        if (full && traits.hasAnonExclusive && !knownExclusive) setAnonExclusive(oldPage);
        ++task.statistics.pagesReused;
        return full ? reusePage(mm, page) : makeWritable(mm, page);
      }
      if constexpr (traits.pagesCopiedAtOnce > 1)
        if (isBlockAlike(mm, page, folio, index)) copied = blockPages(folio);
      if constexpr (full) A::template add<Rmw::reference>(folio.refcount(), 1);
    }
    if constexpr (traits.pagesCopiedAtOnce > 1)
      if (copied > 1) return copyBlock(task, mm, page, folio, {index / copied * copied, copied});
    return copyPage(task, mm, page, old, folio, index);
  }

  // wp_page_reuse()
  FOLIO_KERNEL_CALL static Pte reusePage(Mm& mm, std::uint64_t page) {
    A::functionCalled();
    return makeWritable(mm, page);
  }

  static Pte makeWritable(Mm& mm, std::uint64_t page) {
    const Pte entry = pte::make(page, pte::writable | pte::dirty | pte::young);
    if constexpr (full) {
      Calls::setEntry(mm.entry(page), entry);
    } else {
      A::plainStore(mm.entry(page), entry);
    }
    return entry;
  }

  static Pte takeFolio(Task& task, Mm& mm, Folio folio, std::uint64_t page) {
    const std::uint64_t first = task.memmap.frameOf(*folio.head);
    for (std::uint32_t i = 0; full && i < folio.pages; ++i) setAnonExclusive(folio.page(i));
    if constexpr (full && traits.setsReusedEntriesAtOnce) {
      Calls::setEntries(&mm.entry(first), pte::make(first, pte::writable | pte::dirty | pte::young),
                        folio.pages);
    } else {
      for (std::uint32_t i = 0; i < folio.pages; ++i) makeWritable(mm, first + i);
    }
    task.statistics.pagesReused += folio.pages;
    return mm.entry(page);
  }

  // copy_page()
  FOLIO_KERNEL_CALL static void copyData(std::byte* to, const std::byte* from) {
    A::functionCalled();
    std::memcpy(to, from, basePageBytes);
  }

  // wp_page_copy(), C.4 cow1. The fault holds a reference of its own.
  FOLIO_KERNEL_CALL static Pte copyPage(Task& task, Mm& mm, std::uint64_t page, Pte old,
                                        Folio folio, std::uint32_t index) {
    A::functionCalled();
    const std::uint64_t frame = task.nextCopyFrame++;
    if constexpr (full) lookUpAgain<1>(folio.page(index), folio);
    if constexpr (full) copyData(task.memmap.data(frame), task.memmap.data(page));
    const Pte entry = pte::make(frame, pte::writable | pte::dirty | pte::young);
    {
      const MaybeLocked lock(mm.tableLock(page));
      if constexpr (full) {
        const Pte now = A::plainLoad(mm.entry(page));
        if (now != old) {  // somebody else was faster: give the copy and the reference back
          --task.nextCopyFrame;
          put(task, folio, 1);
          return now;
        }
        Calls::clearEntry(mm.entry(page));
      }
      newSmall(task, task.memmap.page(frame));
      if constexpr (full) {
        Calls::setPte(mm.entry(page), entry);
      } else {
        A::plainStore(mm.entry(page), entry);
      }
      S::removeRange(task, folio, mm, {index, 1});
    }
    if constexpr (full) {
      put(task, folio, 1);  // the mapping's
      put(task, folio, 1);  // the fault's
    }
    ++task.statistics.pagesCopied;
    return entry;
  }

  static std::uint32_t blockPages(Folio folio) {
    return std::min(traits.pagesCopiedAtOnce, folio.pages);
  }
  // Whether all of the aligned block around a page is mapped here as that page is: read-only, in
  // its own frames, none known to be exclusive (P.1).
  static bool isBlockAlike(Mm& mm, std::uint64_t page, Folio folio, std::uint32_t index) {
    const std::uint32_t count = blockPages(folio);
    const std::uint32_t first = index / count * count;
    const std::uint64_t start = page - (index - first);
    const Pte entry = A::plainLoad(mm.entry(start));
    if (!pte::isPresent(entry) || pte::frameOf(entry) != start || (entry & pte::writable) != 0)
      return false;
    if (presentBatch<A>(mm, start, count, pte::young | pte::dirty) != count) return false;
    for (std::uint32_t i = first; i < first + count; ++i)
      if (isAnonExclusive(folio.page(i))) return false;
    return true;
  }
  // copyPage() of a block: one fault, one lock, and one removal where those of a range are batched.
  FOLIO_KERNEL_CALL static Pte copyBlock(Task& task, Mm& mm, std::uint64_t page, Folio folio,
                                         PageRange block) {
    A::functionCalled();
    const std::uint64_t start = task.memmap.frameOf(*folio.head) + block.first;
    const std::uint64_t frame = task.nextCopyFrame;
    task.nextCopyFrame += block.count;
    if constexpr (full) {
      lookUpAgain<1>(folio.page(block.first), folio);
      for (std::uint32_t i = 0; i < block.count; ++i)
        copyData(task.memmap.data(frame + i), task.memmap.data(start + i));
    }
    {
      const MaybeLocked lock(mm.tableLock(page));
      if constexpr (full) {
        if (!isBlockAlike(mm, start, folio, block.first)) {  // somebody else was faster
          task.nextCopyFrame -= block.count;
          put(task, folio, 1);
          return A::plainLoad(mm.entry(page));
        }
      }
      for (std::uint32_t i = 0; i < block.count; ++i) {
        Pte& entry = mm.entry(start + i);
        if constexpr (full) Calls::clearEntry(entry);
        newSmall(task, task.memmap.page(frame + i));
        const Pte copy = pte::make(frame + i, pte::writable | pte::dirty | pte::young);
        if constexpr (full) {
          Calls::setPte(entry, copy);
        } else {
          A::plainStore(entry, copy);
        }
      }
      if constexpr (traits.batchesZap) {
        S::removeRange(task, folio, mm, block);
      } else {
        for (std::uint32_t i = 0; i < block.count; ++i)
          S::removeRange(task, folio, mm, {block.first + i, 1});
      }
    }
    if constexpr (full) {
      if constexpr (traits.batchesZapReferences) {
        put(task, folio, block.count);  // the mappings'
      } else {
        for (std::uint32_t i = 0; i < block.count; ++i) put(task, folio, 1);
      }
      put(task, folio, 1);  // the fault's
    }
    task.statistics.pagesCopied += block.count;
    return mm.entry(page);
  }

  // A write fault on an entry that covers a folio: reuse it if it is the only reference, otherwise
  // replace it.
  [[gnu::noinline]] static void entireFault(Task& task, Mm& mm, std::uint64_t folioIndex) {
    ++task.statistics.faults;
    const Folio folio = task.memmap.folio(folioIndex);
    if constexpr (full)
      if (takeEntire(mm, folio, folioIndex)) return;
    remap(task, mm, folioIndex);
    if constexpr (!full) mm.entireEntry(folioIndex) = 0;
  }

  static bool takeEntire(Mm& mm, Folio folio, std::uint64_t folioIndex) {
    bool mustWait = false;
    {
      const LockGuard<A> lock(mm.entireLock(folioIndex));
      if (isAnonExclusive(*folio.head)) return makeEntireWritable(mm, folioIndex);
      mustWait = !tryLockFolio<A>(folio);
      if (!mustWait) return reuseLockedEntire(mm, folio, folioIndex);
      A::template add<Rmw::reference>(folio.refcount(), 1);
    }
    SpinWait spin;
    while (!tryLockFolio<A>(folio)) spin.wait();
    const LockGuard<A> lock(mm.entireLock(folioIndex));
    A::template subtractAndTest<Rmw::reference>(folio.refcount(),
                                                1);  // our mapping still holds one
    return reuseLockedEntire(mm, folio, folioIndex);
  }

  // With the entry's lock and the folio lock held; releases the latter.
  static bool reuseLockedEntire(Mm& mm, Folio folio, std::uint64_t folioIndex) {
    const bool onlyReference = A::load(folio.refcount()) == 1;
    unlockFolio<A>(folio);
    return onlyReference && makeEntireWritable(mm, folioIndex);
  }

  static bool makeEntireWritable(Mm& mm, std::uint64_t folioIndex) {
    A::plainStore(mm.entireEntry(folioIndex),
                  mm.entireEntry(folioIndex) | pte::writable | pte::dirty | pte::young);
    return true;
  }
};

}  // namespace folio::model
