// Reads gzip files (RFC 1952): the kernel keeps its configuration in one, /proc/config.gz.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace folio {

// The contents of a gzip file of one member; nothing when it is damaged or its contents exceed
// `mostBytes`.
std::optional<std::string> unpackGzip(std::string_view file, std::size_t mostBytes);

}  // namespace folio
