#include "harness/json_writer.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace folio {

namespace {

constexpr std::string_view replacementCharacter = "\\ufffd";

// Length of the well-formed UTF-8 sequence at the beginning of `bytes` (RFC 3629); 0 when there is
// none.
std::size_t utf8Length(std::string_view bytes) {
  const auto byteAt = [bytes](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[i]));
  };
  const unsigned lead = byteAt(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || length > bytes.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byteAt(i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and numbers above 0x10ffff.
  if (lead == 0xe0 && byteAt(1) < 0xa0) return 0;
  if (lead == 0xed && byteAt(1) >= 0xa0) return 0;
  if (lead == 0xf0 && byteAt(1) < 0x90) return 0;
  if (lead == 0xf4 && byteAt(1) >= 0x90) return 0;
  return length;
}

void appendEscaped(std::string& out, char character) {
  switch (character) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto code = static_cast<unsigned>(static_cast<unsigned char>(character));
  if (code >= 0x20 && code != 0x7f) {
    out += character;
    return;
  }
  char text[7];
  std::snprintf(text, sizeof text, "\\u%04x", code);
  out += text;
}

}  // namespace

JsonWriter JsonWriter::ofMembers() {
  JsonWriter json;
  json.isFirst_.push_back(true);
  return json;
}

void JsonWriter::separate() {
  if (followsKey_) {
    followsKey_ = false;
    return;
  }
  if (isFirst_.empty()) return;
  if (!isFirst_.back()) written_ += ',';
  isFirst_.back() = false;
}

JsonWriter& JsonWriter::raw(std::string_view value) {
  separate();
  written_ += value;
  return *this;
}

JsonWriter& JsonWriter::beginObject() {
  raw("{");
  isFirst_.push_back(true);
  return *this;
}

JsonWriter& JsonWriter::endObject() {
  isFirst_.pop_back();
  written_ += '}';
  return *this;
}

JsonWriter& JsonWriter::beginArray() {
  raw("[");
  isFirst_.push_back(true);
  return *this;
}

JsonWriter& JsonWriter::endArray() {
  isFirst_.pop_back();
  written_ += ']';
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  text(name);
  written_ += ':';
  followsKey_ = true;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  std::string quoted = "\"";
  while (!value.empty()) {
    const std::size_t length = utf8Length(value);
    if (length == 0) {
      quoted += replacementCharacter;
    } else if (length == 1) {
      appendEscaped(quoted, value.front());
    } else {
      quoted += value.substr(0, length);
    }
    value.remove_prefix(length == 0 ? 1 : length);
  }
  quoted += '"';
  return raw(quoted);
}

JsonWriter& JsonWriter::number(double value) {
  if (!std::isfinite(value)) return null();
  char text[32];
  // The shortest text that reads back as the same number.
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return raw(error == std::errc{} ? std::string_view(text, static_cast<std::size_t>(end - text))
                                  : "null");
}

}  // namespace folio
