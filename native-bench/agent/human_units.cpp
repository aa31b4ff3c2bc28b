#include "agent/human_units.hpp"

#include <array>
#include <cstdio>

#include "harness/text_file.hpp"
#include "memory/memory_limit.hpp"

namespace folio {

namespace {

constexpr std::array<std::string_view, 5> sizeUnits{"", "K", "M", "G", "T"};

}  // namespace

std::optional<std::uint64_t> parseSize(std::string_view text) {
  if (text.ends_with("iB")) text.remove_suffix(2);
  std::uint64_t factor = 1;
  for (std::size_t i = 1; i < sizeUnits.size(); ++i) {
    factor *= 1024;
    if (!text.ends_with(sizeUnits[i])) continue;
    const auto number = parseNumber(text.substr(0, text.size() - 1));
    if (!number) return std::nullopt;
    return saturatingMultiply(*number, factor);
  }
  return parseNumber(text);
}

std::string formatSize(std::uint64_t bytes) {
  std::size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < sizeUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes) + ' ' + (unit == 0 ? "bytes" : std::string(sizeUnits[unit]) + "iB");
}

std::string formatTime(double ns) {
  constexpr std::array<const char*, 4> units{"ns", "µs", "ms", "s"};
  std::size_t unit = 0;
  while (ns >= 1000 && unit + 1 < units.size()) {
    ns /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text,
                ns >= 100  ? "%.0f %s"
                : ns >= 10 ? "%.1f %s"
                           : "%.2f %s",
                ns, units[unit]);
  return text;
}

}  // namespace folio
