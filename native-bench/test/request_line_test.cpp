#include "agent/request_line.hpp"

#include <doctest/doctest.h>

#include "harness/random.hpp"

using namespace folio;

namespace {

Error errorOf(std::string_view line) {
  const ParsedRequest parsed = parseRequest(line);
  REQUIRE_FALSE(parsed.request.ok());
  return parsed.request.error();
}

}  // namespace

TEST_CASE("a request has a name, an id and words in order") {
  const ParsedRequest parsed =
      parseRequest("request=sample id=7 size=1024 scheme=free:exclusive=cmpxchg note=a%20b%25");
  REQUIRE(parsed.request.ok());
  CHECK(parsed.request->name == "sample");
  CHECK(parsed.request->id == "7");
  CHECK(parsed.request->words ==
        Words{{"size", "1024"}, {"scheme", "free:exclusive=cmpxchg"}, {"note", "a b%"}});
}

TEST_CASE("lines that break the grammar are refused with what is wrong") {
  for (const char* line : {"",
                           " ",
                           "request",
                           "request=",
                           "hello",
                           "request=x",
                           "id=1 request=x",
                           "request=x id=",
                           "request=x id=1 ",
                           "request=x  id=1",
                           " request=x id=1",
                           "request=x id=1 =v",
                           "request=x id=1 a",
                           "request=x id=1 a=%",
                           "request=x id=1 a=%2",
                           "request=x id=1 a=%zz",
                           "request=x id=1 a=b\r",
                           "request=x id=1 a=b\tc",
                           "request=x id=1 a=\xc3\xa9",
                           "request=x id=1 a=1 a=2",
                           "request=x id=1 id=2",
                           "request=x id=1 a b=1",
                           "request=x id=1 a\x01=1"}) {
    CAPTURE(line);
    CHECK(errorOf(line).code == "bad-request");
    CHECK_FALSE(errorOf(line).message.empty());
  }
}

TEST_CASE("a byte that has to be encoded is named") {
  CHECK(errorOf("request=x id=1 a=\xc3\xa9").message ==
        "the value of 'a' holds the byte 0xC3: write it as %C3");
}

TEST_CASE("an error further on in a line keeps the id") {
  CHECK(parseRequest("request=x id=42 broken").id == "42");
  CHECK(parseRequest("request=x id=42").id == "42");
  CHECK(parseRequest("request=x size=42").id == std::nullopt);
  CHECK(parseRequest("garbage").id == std::nullopt);
}

TEST_CASE("what is formatted is parsed again, whatever the bytes") {
  Random random(2);
  for (int round = 0; round < 2000; ++round) {
    Words words;
    for (std::uint64_t count = 1 + random.below(5); count > 0; --count) {
      std::string value;
      for (std::uint64_t length = random.below(12); length > 0; --length)
        value += static_cast<char>(random.below(256));
      words.emplace_back(
          std::string(1 + random.below(3), static_cast<char>('a' + random.below(26))), value);
    }
    const auto parsed = parseWords(formatWords(words));
    REQUIRE(parsed.ok());
    REQUIRE(*parsed == words);
  }
}

TEST_CASE("no line of any bytes harms the parser, and an accepted one means what it says") {
  const std::string valid =
      "request=sample id=1 target=host benchmark=cow size=1048576 folio=16384 cpus=0,1 note=%41";
  Random random(3);
  for (int round = 0; round < 20000; ++round) {
    std::string line = valid;
    for (std::uint64_t edits = 1 + random.below(6); edits > 0 && !line.empty(); --edits) {
      const std::size_t place = random.below(line.size());
      switch (random.below(4)) {
        case 0:
          line[place] = static_cast<char>(random.below(256));
          break;
        case 1:
          line.erase(place, 1 + random.below(8));
          break;
        case 2:
          line.insert(place, 1, " =%,"[random.below(4)]);
          break;
        default:
          line.insert(place, line.substr(place, random.below(16)));
          break;
      }
    }
    const ParsedRequest parsed = parseRequest(line);
    if (!parsed.request) {
      REQUIRE(parsed.request.error().code == "bad-request");
      continue;
    }
    Words all{{"request", parsed.request->name}, {"id", parsed.request->id}};
    all.insert(all.end(), parsed.request->words.begin(), parsed.request->words.end());
    REQUIRE(*parseWords(formatWords(all)) == *parseWords(line));
  }
}

TEST_CASE("words are taken once, and what remains is unknown") {
  WordReader reader({{"size", "12"}, {"extra", "x"}});
  CHECK(*reader.number("size", 1, 100) == 12);
  CHECK(reader.number("size", 1, 100).error().code == "missing-key");
  CHECK(reader.finish().error().code == "unknown-key");
  CHECK(reader.finish().error().message == "the key 'extra' is not known for this request");
  CHECK(*reader.text("extra") == "x");
  CHECK(reader.finish().ok());
}

TEST_CASE("numbers are whole, decimal and in range") {
  for (const char* value :
       {"", "-1", "+1", "0x10", "1.5", "1e3", " 1", "1 ", "0", "101", "18446744073709551616"}) {
    CAPTURE(value);
    WordReader reader(Words{{"size", value}});
    CHECK(reader.number("size", 1, 100).error().code == "bad-value");
  }
}
