// Functions that are calls of their own in the kernel, with the little that they do for anonymous
// memory: which, and where they are, is listed in section L of the specification. They matter
// because a kernel's return may be expensive (cost/returns).
#pragma once

#include "model/cost/counting.hpp"
#include "model/memory/memmap.hpp"
#include "model/memory/page_table.hpp"
#include "model/memory/task.hpp"

// A call remains: it is not inlined or copied for constant arguments, and nothing is concluded from
// what it does.
#define FOLIO_KERNEL_CALL [[gnu::noipa]]

namespace folio::model {

template <class A>
struct KernelCalls {
  // vm_normal_page(): the page of an entry, unless the entry is of a special kind.
  FOLIO_KERNEL_CALL static Page* normalPage(Memmap& memmap, Pte entry) {
    A::functionCalled();
    return (entry & pte::special) != 0 ? nullptr : &memmap.page(pte::frameOf(entry));
  }

  // _compound_head() and set_pte() are declared inline, and yet functions of their own in
  // mm/memory.c of a kernel that a compiler has built; set_pte() calls native_set_pte() where
  // paravirtualisation is configured (L.2).
  FOLIO_KERNEL_CALL static Page& headOf(Page& page) {
    A::functionCalled();
    return Memmap::headOf<A>(page);
  }
  FOLIO_KERNEL_CALL static void setPte(Pte& entry, Pte value) {
    A::functionCalled();
    nativeSetPte(entry, value);
  }
  FOLIO_KERNEL_CALL static void nativeSetPte(Pte& entry, Pte value) {
    A::functionCalled();
    A::plainStore(entry, value);
  }

  // arch_check_zapped_pte(): does nothing in kernels that are not for debugging.
  FOLIO_KERNEL_CALL static void checkZapped(const Mm&, Pte) { A::functionCalled(); }

  // pte_mkwrite(), which a shadow stack would have otherwise.
  FOLIO_KERNEL_CALL static Pte makeWritable(const Mm& mm, Pte entry) {
    A::functionCalled();
    return mm.isShadowStack() ? entry : entry | pte::writable;
  }

  // __tlb_remove_page_size(): true when the batch is full.
  FOLIO_KERNEL_CALL static bool gather(GatherBatch& batch, Folio folio, std::uint32_t references) {
    A::functionCalled();
    batch.add(folio, references);
    return batch.isFull();
  }

  // free_swap_cache(): nothing here is in the swap cache.
  FOLIO_KERNEL_CALL static void freeSwapCache(Folio folio) {
    A::functionCalled();
    if ((A::load(flagsOf(*folio.head)) & flag::swapCache) != 0) __builtin_trap();
  }

  // ptep_set_access_flags()
  FOLIO_KERNEL_CALL static void setEntry(Pte& entry, Pte value) {
    A::functionCalled();
    nativeSetPte(entry, value);
  }
  // The same for consecutive entries of consecutive pages, in one call (P.2).
  FOLIO_KERNEL_CALL static void setEntries(Pte* entries, Pte first, std::uint32_t count) {
    A::functionCalled();
    for (std::uint32_t i = 0; i < count; ++i)
      A::plainStore(entries[i], first + (static_cast<Pte>(i) << 12));
  }
  // ptep_clear_flush(), without the flush
  FOLIO_KERNEL_CALL static void clearEntry(Pte& entry) {
    A::functionCalled();
    A::template exchange<Rmw::outside>(entry, 0);
  }

  // down_read() and up_read() of the mmap lock
  FOLIO_KERNEL_CALL static void lockMmap(Mm& mm) {
    A::functionCalled();
    A::template addReturn<Rmw::outside>(mm.mmapLock(), 1);
  }
  FOLIO_KERNEL_CALL static void unlockMmap(Mm& mm) {
    A::functionCalled();
    A::template add<Rmw::outside>(mm.mmapLock(), std::uint64_t(0) - 1);
  }
  // find_vma_prev()
  FOLIO_KERNEL_CALL static bool findVma(const Mm& mm, std::uint64_t page) {
    A::functionCalled();
    return page < mm.pages();
  }
  // lru_add_drain(): nothing waits here.
  FOLIO_KERNEL_CALL static void drainLru(const Task& task) {
    A::functionCalled();
    if (task.lruPages != 0) __builtin_trap();
  }
  // tlb_gather_mmu()
  FOLIO_KERNEL_CALL static void beginGather(GatherBatch& batch) {
    A::functionCalled();
    batch.clear();
  }
  // flush_tlb_mm_range(), without the flush
  FOLIO_KERNEL_CALL static void flushTlb(const Mm&, std::uint64_t, std::uint64_t) {
    A::functionCalled();
  }
};

// Statistics change as in the kernel: through the memory control group to per-CPU counters.
template <class A>
struct StatisticsCalls {
  using Field = std::int64_t Statistics::*;

  static void change(Task& task, Field field, std::int64_t pages) {
    if (pages != 0) changePageState(task, field, pages);
  }

 private:
  // __mod_lruvec_page_state()
  FOLIO_KERNEL_CALL static void changePageState(Task& task, Field field, std::int64_t pages) {
    A::functionCalled();
    changeLruvecState(task, field, pages);
  }
  // __mod_lruvec_state()
  FOLIO_KERNEL_CALL static void changeLruvecState(Task& task, Field field, std::int64_t pages) {
    A::functionCalled();
    changeNodeState(task.statistics, field, pages);
    changeGroupState(task.group, pages);
  }
  // __mod_node_page_state()
  FOLIO_KERNEL_CALL static void changeNodeState(Statistics& statistics, Field field,
                                                std::int64_t pages) {
    A::functionCalled();
    statistics.*field += pages;
  }
  // __mod_memcg_lruvec_state()
  FOLIO_KERNEL_CALL static void changeGroupState(GroupStatistics& group, std::int64_t pages) {
    A::functionCalled();
    group.groupPages += pages;
    group.lruvecPages += pages;
    markUpdated(group);
  }
  // cgroup_rstat_updated()
  FOLIO_KERNEL_CALL static void markUpdated(GroupStatistics& group) {
    A::functionCalled();
    if (!group.isUpdated) group.isUpdated = true;
  }
};

}  // namespace folio::model
