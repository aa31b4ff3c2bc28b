// Bytes that a scheme keeps for a folio to account its mappings (specification O.1).
#pragma once

#include <cstdint>
#include <string_view>

#include "model/schemes/tracking.hpp"

namespace folio::model {

// `scheme` is a name of the catalogue; the order is one that it has room for.
std::uint64_t metadataBytes(std::string_view scheme, unsigned order);
std::uint64_t metadataBytes(const TrackingOptions& options, unsigned order);

}  // namespace folio::model
