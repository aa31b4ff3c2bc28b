#include "agent/line_input.hpp"

#include <doctest/doctest.h>

#include "agent/request_line.hpp"
#include "harness/descriptor.hpp"

using namespace folio;

namespace {

struct Sender {
  Pipe pipe = *makePipe();
  LineInput input{pipe.readEnd.number()};

  // Sends the bytes and has them read.
  void send(std::string_view bytes) {
    REQUIRE(writeAll(pipe.writeEnd.number(), bytes).ok());
    for (std::size_t read = 0; read < bytes.size(); read += 4096) REQUIRE(input.fill());
  }
};

}  // namespace

TEST_CASE("lines come out whole, however they arrive") {
  Sender sender;
  sender.send("one\ntw");
  CHECK(sender.input.takeLine()->text == "one");
  CHECK_FALSE(sender.input.takeLine());
  CHECK(sender.input.hasPartialLine());
  sender.send("o\n\nthree\n");
  CHECK(sender.input.takeLine()->text == "two");
  CHECK(sender.input.takeLine()->text == "");
  CHECK(sender.input.takeLine()->text == "three");
  CHECK_FALSE(sender.input.hasPartialLine());
}

TEST_CASE("a line of the greatest length is taken, a longer one thrown away up to its end") {
  Sender sender;
  sender.send(std::string(maxLineBytes, 'x') + '\n');
  const auto longest = sender.input.takeLine();
  REQUIRE(longest);
  CHECK_FALSE(longest->isTooLong);
  CHECK(longest->text.size() == maxLineBytes);

  sender.send(std::string(maxLineBytes + 1, 'x'));
  CHECK_FALSE(sender.input.takeLine());
  for (int i = 0; i < 10; ++i) {
    sender.send(std::string(4096, 'y'));
    CHECK_FALSE(sender.input.takeLine());
  }
  sender.send("z\nnext\n");
  const auto overlong = sender.input.takeLine();
  REQUIRE(overlong);
  CHECK(overlong->isTooLong);
  CHECK(sender.input.takeLine()->text == "next");
}

TEST_CASE("a too long line is one also when it arrives with its end") {
  Sender sender;
  sender.send(std::string(maxLineBytes + 1, 'x') + "\nnext\n");
  CHECK(sender.input.takeLine()->isTooLong);
  CHECK(sender.input.takeLine()->text == "next");
}

TEST_CASE("the end of input is reported, and whether it cut a line") {
  Sender sender;
  sender.send("half");
  sender.pipe.writeEnd.close();
  CHECK_FALSE(sender.input.fill());
  CHECK(sender.input.hasEnded());
  CHECK_FALSE(sender.input.takeLine());
  CHECK(sender.input.hasPartialLine());
}
