#include "model/schemes/metadata.hpp"

#include "model/schemes/all.hpp"
#include "model/schemes/baseline.hpp"
#include "model/schemes/mapcount.hpp"
#include "model/schemes/rmap_id.hpp"

namespace folio::model {

namespace {

constexpr std::uint64_t mapcountBytes = 4;
constexpr std::uint64_t valueBytes = 8;
constexpr std::uint64_t narrowValueBytes = 4;
constexpr std::uint64_t ownerBytes = 2 * mapcountBytes + 8;  // two mapcounts, and a word of ids

std::uint64_t ofPages(unsigned order) {
  return mapcountBytes << order;
}

}  // namespace

std::uint64_t metadataBytes(const TrackingOptions& options, unsigned order) {
  if (order == 0) return mapcountBytes;
  std::uint64_t bytes = mapcountBytes;                                 // of entire mappings
  if (options.pageMapcounts) bytes += ofPages(order) + mapcountBytes;  // and pages mapped
  if (options.totalMapcount && options.idea != Idea::totalInSequence) bytes += mapcountBytes;
  if (options.idea == Idea::giveUp) bytes += mapcountBytes;
  if (options.values == RmapValues::none) return bytes;
  bytes += options.idea == Idea::squeezed ? 4 : 8;  // sequence
  if (options.idea == Idea::narrow) return bytes + classNarrow.values * narrowValueBytes;
  const ValueClass values = valueClassFor(valuesAt(options.values, order), options.form, order);
  return bytes + values.values * valueBytes;
}

std::uint64_t metadataBytes(std::string_view scheme, unsigned order) {
  if (order == 0) return mapcountBytes;
  if (scheme == "vma-count") return mapcountBytes;
  if (scheme.starts_with("double-map")) return ofPages(order) + mapcountBytes;
  if (scheme == "mm-id-nopagemapcount") return 2 * mapcountBytes + ownerBytes;
  if (scheme == "mm-id-mapped-pages") return mapcountBytes + 8 + ownerBytes;
  if (scheme.starts_with("mm-id")) return metadataBytes(mapcountOptions, order) + ownerBytes;
  if (scheme == "mapcount" || scheme == "upstream-6.10" || scheme == "upstream-6.12" ||
      scheme.starts_with("mthp-reuse"))
    return metadataBytes(mapcountOptions, order);
  if (scheme == "rmap-id") return metadataBytes(rmapIdOptions, order);
  if (scheme == "123" || scheme == "batch" || scheme == "exclusive" || scheme == "nocmpxchg" ||
      scheme == "all")
    return metadataBytes(allOptions(Form::sound), order);
  return metadataBytes(baselineOptions, order);
}

}  // namespace folio::model
