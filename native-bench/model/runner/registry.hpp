// Schemes by name. The catalogue says what exists; the rest are the instantiated templates, once
// for the measuring and once for the counting build (`A` is Measured or Counted). The translation
// units schemes_*.cpp hold the instantiations and are compiled once for each.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "model/runner/scheme_operations.hpp"
#include "model/schemes/tracking.hpp"

namespace folio::model {

struct SchemeEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view section;  // of the specification of the schemes
  unsigned largestOrder;
  std::string_view orderReason;  // why larger folios are refused
  bool isStage;                  // of the published series, which has a posted and a sound form
};

inline constexpr std::string_view needsMoreValues =
    "larger folios need 8 rmap values (up to order 21) or 12 (up to order 30), which no stage of "
    "the series "
    "has; "
    "use a free configuration";
inline constexpr std::string_view pagesMappedOverflows =
    "the number of mapped pages shares a 32-bit word with the unit for entire mappings, which "
    "leaves room "
    "for 2^22 pages";
inline constexpr std::string_view severalTables =
    "a larger folio spans several page tables, and the scan of its entries would need all their "
    "locks";
inline constexpr std::string_view noLargerOrder = "the model ends there";

inline constexpr std::array schemeCatalogue{
    SchemeEntry{"double-map", "v4.5 to v5.19: a mapcount per page and a double-map bit", "A",
                largestOrder, noLargerOrder, false},
    SchemeEntry{"double-map:reuse=scan",
                "double-map with the reuse rule of v4.6 to v5.8, which scans all mapcounts", "A.3",
                largestOrder, noLargerOrder, false},
    SchemeEntry{"vma-count", "counts the VMAs that refer to the folio; proposed, never implemented",
                "B", 9, severalTables, false},
    SchemeEntry{"baseline", "v6.7-rc1: a mapcount per page and the number of mapped pages", "C",
                largestFineCountsOrder, pagesMappedOverflows, true},
    SchemeEntry{"mapcount", "a total mapcount as well", "D.2", largestFineCountsOrder,
                pagesMappedOverflows, true},
    SchemeEntry{"rmap-id", "4 to 6 rmap values under the atomic seqcount: exact answers", "D.1-D.6",
                largestKernelOrder, needsMoreValues, true},
    SchemeEntry{"123", "1 to 3 rmap values for orders up to 9; 2,097,151 ids at orders 6 to 9",
                "D.3", largestKernelOrder, needsMoreValues, true},
    SchemeEntry{"batch", "one accounting call per remap", "D.5.2", largestKernelOrder,
                needsMoreValues, true},
    SchemeEntry{"exclusive", "a writer that is alone updates total and values without atomics",
                "D.5.3", largestKernelOrder, needsMoreValues, true},
    SchemeEntry{"nocmpxchg", "the exclusive attempt is an add-return instead of a cmpxchg", "D.4.4",
                largestKernelOrder, needsMoreValues, true},
    SchemeEntry{"all", "all mapcounts inside the section", "D.5.4", largestKernelOrder,
                needsMoreValues, true},
    SchemeEntry{"batch-zap", "one removal per folio when a range is unmapped", "E",
                largestFineCountsOrder, pagesMappedOverflows, false},
    SchemeEntry{"upstream-6.8", "remap batched", "F.2 (F1)", largestFineCountsOrder,
                pagesMappedOverflows, false},
    SchemeEntry{"upstream-6.9", "fork and unmap batched", "F.2 (F2)", largestFineCountsOrder,
                pagesMappedOverflows, false},
    SchemeEntry{"upstream-6.10", "a large mapcount", "F.2 (F3)", largestFineCountsOrder,
                pagesMappedOverflows, false},
    SchemeEntry{"upstream-6.12", "the number of mapped pages updated once per call", "F.2 (F4)",
                largestFineCountsOrder, pagesMappedOverflows, false},
    SchemeEntry{"mm-id", "v6.15: the folio remembers up to two owners", "F.4-F.8 (F5)",
                largestFineCountsOrder, pagesMappedOverflows, false},
    SchemeEntry{"mm-id-nopagemapcount", "v6.15 without per-page mapcounts", "F.7 (F6)",
                largestOrder, noLargerOrder, false},
    SchemeEntry{"mm-id-mapped-pages",
                "proposed in April 2026: no per-page mapcounts, mapped pages instead of an entire "
                "mapcount",
                "F.9 (F7)", largestOrder, noLargerOrder, false},
    SchemeEntry{"mthp-reuse", "upstream-6.10 with reuse of the whole folio at a write fault", "G",
                largestFineCountsOrder, pagesMappedOverflows, false},
    SchemeEntry{"mthp-reuse:set=batch", "mthp-reuse with one call that sets all entries", "P.2",
                largestFineCountsOrder, pagesMappedOverflows, false},
    SchemeEntry{"mm-id:copy=2", "mm-id with write faults that copy 2 pages", "P.1",
                largestFineCountsOrder, pagesMappedOverflows, false},
    SchemeEntry{"mm-id:copy=4", "mm-id with write faults that copy 4 pages", "P.1",
                largestFineCountsOrder, pagesMappedOverflows, false},
    SchemeEntry{"mm-id:copy=8", "mm-id with write faults that copy 8 pages", "P.1",
                largestFineCountsOrder, pagesMappedOverflows, false},
    SchemeEntry{"mm-id:copy=16", "mm-id with write faults that copy 16 pages", "P.1",
                largestFineCountsOrder, pagesMappedOverflows, false},
};

// What one compilation of the templates holds. Each function answers nothing when there is no such
// scheme, or not in that form.
struct SchemeSet {
  const SchemeOperations* (*scheme)(std::string_view name, Form form);
  const SchemeOperations* (*freeScheme)(const TrackingOptions& options);
  const SchemeOperations* (*copy)(std::string_view original);  // schemes_copies.hpp
  // Of folios of one page, for any scheme, free configuration or copy.
  const SchemeOperations* (*small)(std::string_view scheme);
};

struct NamedScheme {
  std::string_view scheme;
  Form form;
  const SchemeOperations* operations;
};
template <class A>
struct StageSchemes {
  static const std::array<NamedScheme, 16> all;
};
template <class A>
struct OtherSchemes {
  static const std::array<NamedScheme, 17> all;
};

// The free configurations of one kind of exclusive writer and scope, by batching, values and page
// mapcounts.
inline constexpr std::size_t freeSchemesPerGroup = 12;
template <class A, ExclusiveWriter exclusiveWriter, SeqcountScope scope>
struct FreeSchemes {
  static const std::array<const SchemeOperations*, freeSchemesPerGroup> all;
};

// Index into FreeSchemes::all, and what the index stands for.
constexpr std::size_t freeSchemeIndex(const TrackingOptions& options) {
  return static_cast<std::size_t>(options.batching) * 4 +
         (options.values == RmapValues::precomputed ? 2 : 0) + (options.pageMapcounts ? 1 : 0);
}
constexpr TrackingOptions freeOptions(ExclusiveWriter exclusiveWriter, SeqcountScope scope,
                                      std::size_t index) {
  TrackingOptions options;
  options.exclusiveWriter = exclusiveWriter;
  options.scope = scope;
  options.batching = static_cast<Batching>(index / 4);
  options.values = (index & 2) != 0 ? RmapValues::precomputed : RmapValues::table;
  options.pageMapcounts = (index & 1) != 0;
  return options;
}

// The ideas of ideaBases from `first` on.
template <class A, std::size_t first, std::size_t count>
struct IdeaSchemes {
  static const std::array<const SchemeOperations*, count> all;
};
inline constexpr std::size_t ideasAboutUpdates = 12;
inline constexpr std::size_t ideasAboutPlaces = ideaBases.size() - ideasAboutUpdates;

// Place in ideaBases; nothing for what no idea is held with.
constexpr std::optional<std::size_t> ideaIndex(const TrackingOptions& options) {
  if (options.batching != Batching::remap || options.values != RmapValues::precomputed ||
      !options.pageMapcounts)
    return std::nullopt;
  for (std::size_t i = 0; i < ideaBases.size(); ++i)
    if (ideaBases[i].idea == options.idea &&
        ideaBases[i].exclusiveWriter == options.exclusiveWriter &&
        ideaBases[i].scope == options.scope)
      return i;
  return std::nullopt;
}
constexpr TrackingOptions ideaOptions(std::size_t index) {
  return {.values = RmapValues::precomputed,
          .exclusiveWriter = ideaBases[index].exclusiveWriter,
          .scope = ideaBases[index].scope,
          .batching = Batching::remap,
          .idea = ideaBases[index].idea};
}

template <class A>
const SchemeOperations* findSmallScheme(std::string_view scheme);

// FOLIO_MODEL_ACCESS selects the build, Measured or Counted, and FOLIO_MODEL_SCHEMES names what it
// holds.
#ifdef FOLIO_MODEL_ACCESS
using BuildAccess = FOLIO_MODEL_ACCESS;
#endif

}  // namespace folio::model
