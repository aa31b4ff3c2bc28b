#include "harness/text_file.hpp"

#include <fcntl.h>

#include <array>
#include <charconv>

#include "harness/descriptor.hpp"
#include "harness/system_error.hpp"

namespace folio {

std::optional<std::string> readTextFile(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.isOpen()) return std::nullopt;
  return readText(file.number());
}

std::optional<std::string> readText(int descriptor) {
  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::optional<std::string> readTrimmed(const std::string& path) {
  const auto text = readTextFile(path);
  if (!text) return std::nullopt;
  const std::string_view inner = trimmed(*text);
  if (inner.empty()) return std::nullopt;
  return std::string(inner);
}

std::optional<std::uint64_t> readNumber(const std::string& path) {
  const auto text = readTrimmed(path);
  return text ? parseNumber(*text) : std::nullopt;
}

Result<Done> writeTextFile(const std::string& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!file.isOpen() && errno == EROFS) {
    return Error{"unsupported",
                 "writing " + path +
                     " is not possible: it is mounted read-only here. Start the container with a "
                     "writable /sys, or measure outside of it"};
  }
  if (!file.isOpen() && (errno == EACCES || errno == EPERM)) {
    return Error{"not-permitted", "writing " + path + " is not permitted (" + std::strerror(errno) +
                                      "): run the agent as root"};
  }
  if (!file.isOpen()) return systemError("open of " + path);
  const auto written = writeAll(file.number(), text);
  if (!written)
    return Error{"failed",
                 "writing '" + std::string(text) + "' to " + path + ": " + written.error().message};
  return Done{};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space{" \t\n\r\0", 5};
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::vector<std::string_view> splitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::string_view> splitWords(std::string_view text) {
  std::vector<std::string_view> words;
  for (auto begin = text.find_first_not_of(" \t"); begin != std::string_view::npos;) {
    const auto end = text.find_first_of(" \t", begin);
    words.push_back(text.substr(begin, end - begin));
    begin = end == std::string_view::npos ? end : text.find_first_not_of(" \t", end);
  }
  return words;
}

std::optional<std::uint64_t> parseNumber(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string_view> fieldOf(std::string_view text, std::string_view name) {
  for (const std::string_view line : splitLines(text)) {
    if (!line.starts_with(name) || line.size() == name.size()) continue;
    const std::string_view rest = line.substr(name.size());
    if (rest.front() != ':' && rest.front() != ' ' && rest.front() != '\t') continue;
    // /proc/cpuinfo pads names with tabs before the colon.
    const std::string_view value = trimmed(rest);
    return value.starts_with(':') ? trimmed(value.substr(1)) : value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> numberField(std::string_view text, std::string_view name) {
  const auto value = fieldOf(text, name);
  if (!value) return std::nullopt;
  return parseNumber(value->substr(0, value->find_first_not_of("0123456789")));
}

std::string_view bracketedChoice(std::string_view text) {
  const auto open = text.find('[');
  const auto close = text.find(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return trimmed(text);
  return text.substr(open + 1, close - open - 1);
}

}  // namespace folio
