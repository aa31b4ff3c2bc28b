// Files of /proc and /sys under a root directory that tests can choose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace folio {

using OptionalText = std::optional<std::string>;
using OptionalNumber = std::optional<std::uint64_t>;

class MachineFiles {
 public:
  // An empty root is this machine.
  explicit MachineFiles(std::string root = {}) : root_(std::move(root)) {}

  std::string pathOf(const std::string& path) const { return root_ + path; }
  bool exists(const std::string& path) const;
  // White space at the ends removed; nothing when the file is empty or cannot be read.
  OptionalText text(const std::string& path) const;
  OptionalNumber number(const std::string& path) const;
  // The word in brackets.
  OptionalText choice(const std::string& path) const;
  // Names in a directory, sorted.
  std::vector<std::string> names(const std::string& path) const;
  // The numbers behind `prefix` in names of a directory, ascending.
  std::vector<std::uint64_t> numbered(const std::string& path, std::string_view prefix) const;

 private:
  std::string root_;
};

}  // namespace folio
