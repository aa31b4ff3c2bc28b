// The grammar of a request: words `key=value` between single spaces (docs/protocol.md). The same
// grammar carries what a worker process reports to the supervisor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/result.hpp"

namespace folio {

// Of a request, without its newline.
constexpr std::size_t maxLineBytes = 4096;

using Words = std::vector<std::pair<std::string, std::string>>;

// Values decoded. Error `bad-request` says what is wrong at which place.
Result<Words> parseWords(std::string_view line);
std::string formatWords(const Words& words);

struct Request {
  std::string name;
  std::string id;
  Words words;  // those after `request` and `id`
};

struct ParsedRequest {
  std::optional<std::string> id;  // also of a request that is otherwise in error
  Result<Request> request;
};

ParsedRequest parseRequest(std::string_view line);

// Takes the words of a request by their keys; what remains at the end is unknown.
class WordReader {
 public:
  explicit WordReader(Words words) : words_(std::move(words)) {}

  // Error `missing-key`.
  Result<std::string> text(std::string_view key);
  // Errors `missing-key`, and `bad-value` for anything but a decimal number from `least` to `most`.
  Result<std::uint64_t> number(std::string_view key, std::uint64_t least, std::uint64_t most);
  // Error `unknown-key` when a word was not taken.
  Result<Done> finish() const;

 private:
  Words words_;
};

}  // namespace folio
