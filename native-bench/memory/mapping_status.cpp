#include "memory/mapping_status.hpp"

#include <charconv>
#include <string>
#include <utility>

#include "harness/text_file.hpp"

namespace folio {

namespace {

struct AddressRange {
  std::uintptr_t begin, end;
};

// The first line of a mapping: "7f3340000000-7f3344000000 rw-p …".
std::optional<AddressRange> parseAddressRange(std::string_view line) {
  AddressRange range{};
  const char* const last = line.data() + line.size();
  const auto begin = std::from_chars(line.data(), last, range.begin, 16);
  if (begin.ec != std::errc{} || begin.ptr == last || *begin.ptr != '-') return std::nullopt;
  const auto end = std::from_chars(begin.ptr + 1, last, range.end, 16);
  if (end.ec != std::errc{} || end.ptr == last || *end.ptr != ' ') return std::nullopt;
  return range;
}

// "Rss:               65536 kB" in bytes.
std::optional<std::uint64_t> kibibytesOf(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  const auto words = splitWords(line.substr(name.size()));
  if (words.size() != 2 || words[1] != "kB") return std::nullopt;
  const auto kib = parseNumber(words[0]);
  if (!kib) return std::nullopt;
  return *kib * 1024;
}

constexpr std::pair<std::string_view, std::uint64_t MappingStatus::*> fields[] = {
    {"Size:", &MappingStatus::mapped},
    {"Rss:", &MappingStatus::resident},
    {"Anonymous:", &MappingStatus::anonymous},
    {"AnonHugePages:", &MappingStatus::pmdMapped},
    {"ShmemPmdMapped:", &MappingStatus::pmdMapped},
    {"Private_Clean:", &MappingStatus::exclusive},
    {"Private_Dirty:", &MappingStatus::exclusive},
    {"Private_Dirty:", &MappingStatus::dirty},
    {"Shared_Dirty:", &MappingStatus::dirty},
    {"Swap:", &MappingStatus::swapped},
    {"LazyFree:", &MappingStatus::lazilyFree},
};

}  // namespace

MappingStatus sumMappings(std::string_view smaps, std::uintptr_t begin, std::uintptr_t end) {
  MappingStatus status;
  bool inside = false;
  for (const std::string_view line : splitLines(smaps)) {
    if (const auto range = parseAddressRange(line)) {
      inside = range->begin >= begin && range->end <= end;
      if (inside) ++status.mappings;
      continue;
    }
    if (!inside) continue;
    for (const auto& [name, field] : fields) {
      if (const auto bytes = kibibytesOf(line, name)) status.*field += *bytes;
    }
  }
  return status;
}

std::optional<MappingStatus> readMappingStatus(pid_t pid, std::uintptr_t begin,
                                               std::uintptr_t end) {
  const auto smaps = readTextFile("/proc/" + std::to_string(pid) + "/smaps");
  if (!smaps) return std::nullopt;
  return sumMappings(*smaps, begin, end);
}

}  // namespace folio
