#include "agent/facts/machine_files.hpp"

#include <algorithm>
#include <filesystem>

#include "harness/text_file.hpp"

namespace folio {

bool MachineFiles::exists(const std::string& path) const {
  std::error_code ignored;
  return std::filesystem::exists(pathOf(path), ignored);
}

OptionalText MachineFiles::text(const std::string& path) const {
  return readTrimmed(pathOf(path));
}

OptionalNumber MachineFiles::number(const std::string& path) const {
  return readNumber(pathOf(path));
}

OptionalText MachineFiles::choice(const std::string& path) const {
  const auto whole = text(path);
  if (!whole) return std::nullopt;
  return std::string(bracketedChoice(*whole));
}

std::vector<std::string> MachineFiles::names(const std::string& path) const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(pathOf(path), ignored)) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::uint64_t> MachineFiles::numbered(const std::string& path,
                                                  std::string_view prefix) const {
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : names(path)) {
    if (!name.starts_with(prefix)) continue;
    if (const auto number = parseNumber(std::string_view(name).substr(prefix.size())))
      numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace folio
