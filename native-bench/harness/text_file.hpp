// Small text files of /proc and /sys, and the notations they use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.hpp"

namespace folio {

// The whole file, or nothing when it does not exist or may not be read.
std::optional<std::string> readTextFile(const std::string& path);

// What is left to read of an open file.
std::optional<std::string> readText(int descriptor);

// The file's text without white space at its ends; nothing also when that is empty.
std::optional<std::string> readTrimmed(const std::string& path);

// The file's text as a decimal number.
std::optional<std::uint64_t> readNumber(const std::string& path);

// Replaces the contents of a file that exists. The error code is `not-permitted` where permission
// is what is missing.
Result<Done> writeTextFile(const std::string& path, std::string_view text);

std::string_view trimmed(std::string_view text);
std::vector<std::string_view> splitLines(std::string_view text);

// Words between runs of spaces and tabs.
std::vector<std::string_view> splitWords(std::string_view text);

// Decimal digits only, all of the text, no overflow.
std::optional<std::uint64_t> parseNumber(std::string_view text);

// The value of the line that begins with `name` and a separator (":" or white space), for
// /proc/meminfo and its like.
std::optional<std::string_view> fieldOf(std::string_view text, std::string_view name);

// The number at the beginning of a field, so "12 kB" is 12.
std::optional<std::uint64_t> numberField(std::string_view text, std::string_view name);

// "always [madvise] never" is "madvise"; a text without brackets is itself.
std::string_view bracketedChoice(std::string_view text);

}  // namespace folio
