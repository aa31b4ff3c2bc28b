#include "json_checker.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace folio {

namespace {

class Checker {
 public:
  explicit Checker(std::string_view text) : rest_(text) {}

  bool whole() { return value() && rest_.empty(); }

 private:
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool value() {
    if (rest_.empty()) return false;
    if (rest_.front() == '{') return object();
    if (rest_.front() == '[') return array();
    if (rest_.front() == '"') return text();
    return take("true") || take("false") || take("null") || number();
  }

  bool object() {
    take("{");
    if (take("}")) return true;
    do {
      if (!text() || !take(":") || !value()) return false;
    } while (take(","));
    return take("}");
  }

  bool array() {
    take("[");
    if (take("]")) return true;
    do {
      if (!value()) return false;
    } while (take(","));
    return take("]");
  }

  bool number() {
    take("-");
    if (!take("0") && !digits()) return false;
    if (take(".") && !digits()) return false;
    if (take("e") || take("E")) {
      if (!take("-")) take("+");
      return digits();
    }
    return true;
  }

  bool digits() {
    const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }

  bool escape() {
    if (rest_.size() < 2) return false;
    if (std::string_view("\"\\/bfnrt").find(rest_[1]) != std::string_view::npos) {
      rest_.remove_prefix(2);
      return true;
    }
    constexpr std::size_t unicodeLength = 6;  // a backslash, `u` and four digits
    if (rest_[1] != 'u' || rest_.size() < unicodeLength) return false;
    if (rest_.substr(2, 4).find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
      return false;
    rest_.remove_prefix(unicodeLength);
    return true;
  }

  bool text() {
    if (!take("\"")) return false;
    while (!rest_.empty() && rest_.front() != '"') {
      const auto byte = static_cast<unsigned char>(rest_.front());
      if (byte < 0x20) return false;
      if (byte == '\\') {
        if (!escape()) return false;
      } else if (byte < 0x80) {
        rest_.remove_prefix(1);
      } else if (!takeUtf8()) {
        return false;
      }
    }
    return take("\"");
  }

  unsigned byteAt(std::size_t i) const {
    return i < rest_.size() ? static_cast<unsigned char>(rest_[i]) : 0u;
  }

  // Decodes and compares with the shortest encoding, which is another way than the writer's.
  bool takeUtf8() {
    const unsigned lead = byteAt(0);
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
    if (length == 0 || length > rest_.size()) return false;
    unsigned code = lead & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      if (byteAt(i) >> 6 != 2) return false;
      code = code << 6 | (byteAt(i) & 0x3f);
    }
    const std::size_t shortest = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (shortest != length || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    rest_.remove_prefix(length);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

bool isJson(std::string_view text) {
  return Checker(text).whole();
}

}  // namespace folio
