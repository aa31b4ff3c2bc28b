// Writes one JSON value after the other into a text. Commas are its own business; that keys and
// values alternate is the caller's.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace folio {

class JsonWriter {
 public:
  JsonWriter() = default;
  // Writes members only, for an object that is written elsewhere.
  static JsonWriter ofMembers();

  JsonWriter& beginObject();
  JsonWriter& endObject();
  JsonWriter& beginArray();
  JsonWriter& endArray();
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& number(double value);  // null when it is not finite, which JSON cannot say
  template <std::integral Integer>
  JsonWriter& number(Integer value) {
    return raw(std::to_string(value));
  }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }

  // A key with its value.
  JsonWriter& member(std::string_view name, std::string_view value) {
    return key(name).text(value);
  }
  JsonWriter& member(std::string_view name, const char* value) { return key(name).text(value); }
  JsonWriter& member(std::string_view name, const std::string& value) {
    return key(name).text(value);
  }
  JsonWriter& member(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& member(std::string_view name, double value) { return key(name).number(value); }
  template <std::integral Integer>
  JsonWriter& member(std::string_view name, Integer value) {
    return key(name).number(value);
  }
  // Null when there is no value.
  template <class Value>
  JsonWriter& member(std::string_view name, const std::optional<Value>& value) {
    return value ? member(name, *value) : key(name).null();
  }

  // Members that another writer has written.
  JsonWriter& members(std::string_view written) { return written.empty() ? *this : raw(written); }

  const std::string& written() const { return written_; }

 private:
  JsonWriter& raw(std::string_view value);
  void separate();

  std::string written_;
  std::vector<bool> isFirst_;  // of each open object or array: nothing stands in it yet
  bool followsKey_ = false;
};

}  // namespace folio
