#include "harness/json_writer.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "harness/random.hpp"
#include "json_reading.hpp"

using namespace folio;
using namespace std::string_view_literals;

TEST_CASE("objects and arrays nest with commas between members") {
  JsonWriter json;
  json.beginObject()
      .member("a", 1)
      .member("b", "x")
      .key("c")
      .beginArray()
      .number(1)
      .boolean(true)
      .null()
      .endArray();
  json.key("d").beginObject().endObject().member("e", std::optional<std::string>()).endObject();
  CHECK(json.written() == R"({"a":1,"b":"x","c":[1,true,null],"d":{},"e":null})");
}

TEST_CASE("numbers keep their value and what JSON cannot say is null") {
  JsonWriter json;
  json.beginArray().number(0.1).number(1e300).number(-0.0).number(123456789.0);
  json.number(std::numeric_limits<std::uint64_t>::max())
      .number(std::numeric_limits<double>::infinity());
  json.number(std::numeric_limits<double>::quiet_NaN()).endArray();
  CHECK(json.written() == "[0.1,1e+300,-0,123456789,18446744073709551615,null,null]");
}

TEST_CASE("text is escaped, and bytes that are not UTF-8 become the replacement character") {
  JsonWriter json;
  json.text("\"\\\n\t\x01\x7f\0é€😀\xff\xc3(\xed\xa0\x80\xc0\xaf"sv);
  CHECK(json.written() ==
        "\"\\\"\\\\\\n\\t\\u0001\\u007f\\u0000é€😀\\ufffd\\ufffd("
        "\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

TEST_CASE("whatever the bytes, the text is JSON") {
  Random random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    for (std::uint64_t length = random.below(24); length > 0; --length) {
      // Half of them from the ranges where UTF-8 is easily wrong.
      const std::uint64_t byte =
          random.below(2) == 0 ? random.below(256) : 0x80 + random.below(128);
      bytes += static_cast<char>(byte);
    }
    JsonWriter json;
    json.beginObject().member(bytes, bytes).endObject();
    CAPTURE(json.written());
    REQUIRE(isJson(json.written()));
  }
}

TEST_CASE("members that were written apart stand among others") {
  JsonWriter apart = JsonWriter::ofMembers();
  apart.member("b", 2).key("c").beginArray().endArray();
  JsonWriter json;
  json.beginObject().member("a", 1).members(apart.written()).members("").member("d", 4).endObject();
  CHECK(json.written() == R"({"a":1,"b":2,"c":[],"d":4})");
}
