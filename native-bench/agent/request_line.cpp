#include "agent/request_line.hpp"

#include <algorithm>
#include <cstdio>

#include "harness/text_file.hpp"

namespace folio {

namespace {

constexpr std::string_view plainPunctuation = "-._~/:,+@=";

bool isPlain(char character) {
  return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
         (character >= '0' && character <= '9') ||
         plainPunctuation.find(character) != std::string_view::npos;
}

bool isKeyCharacter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         character == '-';
}

std::optional<unsigned> hexDigit(char character) {
  if (character >= '0' && character <= '9') return static_cast<unsigned>(character - '0');
  if (character >= 'A' && character <= 'F') return static_cast<unsigned>(character - 'A' + 10);
  if (character >= 'a' && character <= 'f') return static_cast<unsigned>(character - 'a' + 10);
  return std::nullopt;
}

std::string hexByte(char byte) {
  char text[3];
  std::snprintf(text, sizeof text, "%02X", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return text;
}

Error badRequest(std::string message) {
  return {"bad-request", std::move(message)};
}

Result<std::string> decode(std::string_view value, std::string_view key) {
  std::string decoded;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '%') {
      if (!isPlain(value[i])) {
        return badRequest("the value of '" + std::string(key) + "' holds the byte 0x" +
                          hexByte(value[i]) + ": write it as %" + hexByte(value[i]));
      }
      decoded += value[i];
      continue;
    }
    const auto high = i + 1 < value.size() ? hexDigit(value[i + 1]) : std::nullopt;
    const auto low = i + 2 < value.size() ? hexDigit(value[i + 2]) : std::nullopt;
    if (!high || !low) {
      return badRequest("the value of '" + std::string(key) +
                        "' has a % without two hexadecimal digits");
    }
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

Result<std::pair<std::string, std::string>> parseWord(std::string_view word) {
  const auto equals = word.find('=');
  if (word.empty())
    return badRequest(
        "words are separated by single spaces, and a line neither begins nor ends with one");
  if (equals == std::string_view::npos) return badRequest("a word is not of the form key=value");
  const std::string_view key = word.substr(0, equals);
  if (key.empty() || !std::ranges::all_of(key, isKeyCharacter)) {
    return badRequest("a key is not made of letters and '-' alone");
  }
  auto value = decode(word.substr(equals + 1), key);
  if (!value) return value.error();
  return std::pair(std::string(key), std::move(*value));
}

}  // namespace

Result<Words> parseWords(std::string_view line) {
  Words words;
  for (;;) {
    const auto space = line.find(' ');
    auto word = parseWord(line.substr(0, space));
    if (!word) return word.error();
    words.push_back(std::move(*word));
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
}

std::string formatWords(const Words& words) {
  std::string line;
  for (const auto& [key, value] : words) {
    if (!line.empty()) line += ' ';
    line += key + '=';
    for (const char character : value)
      line += isPlain(character) ? std::string(1, character) : '%' + hexByte(character);
  }
  return line;
}

ParsedRequest parseRequest(std::string_view line) {
  // The second word by itself, so that an error further on can still be answered with the request's
  // id.
  std::optional<std::string> id;
  if (const auto space = line.find(' '); space != std::string_view::npos) {
    const std::string_view rest = line.substr(space + 1);
    const auto second = parseWord(rest.substr(0, rest.find(' ')));
    if (second && second->first == "id" && !second->second.empty()) id = second->second;
  }
  auto words = parseWords(line);
  if (!words) return {id, words.error()};
  if (words->front().first != "request" || !id) {
    return {id, badRequest("a request begins with request=NAME id=ID")};
  }
  for (std::size_t i = 0; i < words->size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if ((*words)[i].first == (*words)[j].first) {
        return {id, badRequest("the key '" + (*words)[i].first + "' is given twice")};
      }
    }
  }
  Request request{words->front().second, *id, Words(words->begin() + 2, words->end())};
  return {id, std::move(request)};
}

Result<std::string> WordReader::text(std::string_view key) {
  const auto found = std::ranges::find(words_, key, &Words::value_type::first);
  if (found == words_.end())
    return Error{"missing-key", "the request lacks '" + std::string(key) + "'"};
  std::string value = std::move(found->second);
  words_.erase(found);
  return value;
}

Result<std::uint64_t> WordReader::number(std::string_view key, std::uint64_t least,
                                         std::uint64_t most) {
  const auto value = text(key);
  if (!value) return value.error();
  const auto number = parseNumber(*value);
  if (number && *number >= least && *number <= most) return *number;
  return Error{"bad-value", std::string(key) + "=" + *value + ": a whole number from " +
                                std::to_string(least) + " to " + std::to_string(most) +
                                " is wanted"};
}

Result<Done> WordReader::finish() const {
  if (words_.empty()) return Done{};
  return Error{"unknown-key",
               "the key '" + words_.front().first + "' is not known for this request"};
}

}  // namespace folio
