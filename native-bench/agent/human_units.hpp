// Sizes and times as people write and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace folio {

// "64M", "2MiB", "1G", "4096": bytes. Units are powers of 1024. Nothing for anything else.
std::optional<std::uint64_t> parseSize(std::string_view text);

// "64 MiB": the largest unit that divides without a remainder.
std::string formatSize(std::uint64_t bytes);

// "7.31 ms": three or four significant digits.
std::string formatTime(double ns);

}  // namespace folio
