// What a scheme must provide. A scheme is a type with static functions only: all state is in the
// folio, the mms and the task. Operations (operations.hpp) are templates over it.
//
// Callers hold the page-table lock of the entries concerned, take references before an add and drop
// them after a remove, write entries after an add and clear them before a remove (specification
// 0.7, C.4).
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "model/memory/memmap.hpp"
#include "model/memory/page_table.hpp"
#include "model/memory/task.hpp"

namespace folio::model {

enum class Sharing : std::uint8_t { exclusive, shared };

// The answer to "does anybody but this mm map the folio?". An answer that is not certain is a
// guess.
struct Answer {
  Sharing sharing;
  bool certain;
};
inline constexpr Answer certainlyExclusive{Sharing::exclusive, true};
inline constexpr Answer certainlyShared{Sharing::shared, true};
inline constexpr Answer probablyExclusive{Sharing::exclusive, false};
inline constexpr Answer maybeShared{Sharing::shared, false};

// What a write fault on a read-only entry may do without copying.
enum class Reuse : std::uint8_t { no, page, folio };

// How an operation drives a scheme.
struct SchemeTraits {
  bool batchesRemap = false;             // one accounting call per folio instead of one per page
  bool remapTakesAllReferences = false;  // += P, later -= 1, instead of += P - 1 (D.5.2)
  bool batchesFork = false;              // one accounting call per run of entries
  bool batchesForkReferences = false;    // and one RMW for its references
  bool visitsPagesAtFork = false;        // the loop over its pages is the scheme's (F.2)
  bool batchesZap = false;
  bool batchesZapReferences = false;
  bool holdsReferenceDuringZap = false;  // get and put around a batch (E.3)
  bool hasAnonExclusive = true;
  bool readsPageTables =
      false;  // the scheme itself scans entries, so they are part of its accounting
  bool countsVmas = false;
  bool writesRemappedEntriesAtOnce = false;  // v6.8 and later
  bool knowsShadowStacks =
      true;  // v6.6 and later: calls of their own for making and zapping entries
  unsigned folioLookupsToZap = 3;        // of a page, or of the first of a batch (L.2)
  bool looksUpFolioToDuplicate = false;  // of a page at fork, once more
  bool setsReusedEntriesAtOnce = false;  // of a whole folio that is reused (P.2)
  std::uint32_t pagesCopiedAtOnce = 1;   // by a fault, at most: a power of two (P.1)
};

template <class S>
concept Scheme = requires(Task& task, Folio folio, Mm& mm, PageRange range, std::uint32_t index) {
  typename S::Access;
  { S::traits } -> std::convertible_to<SchemeTraits>;
  // Brings a folio that nobody maps to its initial values (0.5).
  S::initialise(folio);
  { S::isAtInitialValues(folio) } -> std::same_as<bool>;
  // First mapping of a fresh folio, as one entry that covers it: plain stores only.
  S::newEntire(task, folio, mm);
  S::addRange(task, folio, mm, range);
  S::removeRange(task, folio, mm, range);
  S::addEntire(task, folio, mm);
  S::removeEntire(task, folio, mm);
  // Fork: the mm is the child's. With visitsPagesAtFork it also takes what is done with each page.
  S::duplicateRange(task, folio, mm, range);
  S::duplicateEntire(task, folio, mm);
  // Replacement of the entry that covers the folio by P entries: remapRange for the new ones (all
  // at once or page by page, see batchesRemap), then remapFinish for the old one.
  S::remapRange(task, folio, mm, range);
  S::remapFinish(task, folio, mm);
  { S::mappedShared(folio, mm) } -> std::same_as<Answer>;
  // How many entries map the folio.
  { S::mapcount(folio) } -> std::same_as<std::int32_t>;
  // At a write fault on page `index`, mapped read-only by an entry of mm, AnonExclusive not set.
  // Yes must be right.
  { S::reuse(task, folio, mm, index) } -> std::same_as<Reuse>;
};

}  // namespace folio::model
