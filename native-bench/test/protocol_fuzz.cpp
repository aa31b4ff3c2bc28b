// The whole agent against lines that nobody would send: each gets one reply that is JSON, and at
// the end the agent says goodbye. FOLIO_FUZZ_LINES and FOLIO_FUZZ_SEED choose how many lines, and
// which.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "agent/request_line.hpp"
#include "agent/sample_request.hpp"
#include "agent/serve.hpp"
#include "agent_process.hpp"
#include "harness/child.hpp"
#include "harness/descriptor.hpp"
#include "harness/random.hpp"
#include "harness/text_file.hpp"
#include "json_reading.hpp"

using namespace folio;

namespace {

constexpr std::uint64_t defaultLines = 2000;  // a second or two, with sanitizers
constexpr std::size_t batchLines =
    8;  // with the longest lines half of what a pipe holds: writing never blocks
constexpr std::uint64_t smallBytes =
    1 << 20;  // a request for more memory than this is not carried out

std::uint64_t setting(const char* variable, std::uint64_t usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : parseNumber(text).value_or(usual);
}

constexpr std::array<std::string_view, 11> templates{
    "request=facts id=1",
    "request=latencies id=a%20b",
    "request=condition id=1 size=65536",
    "request=settings id=1 folio=65536",
    "request=sample id=1 target=host benchmark=munmap size=65536 folio=65536 tasks=1 seed=7 "
    "cpus=any",
    "request=sample id=1 target=host benchmark=anon-cow-seq size=65536 folio=16384 tasks=2 seed=7 "
    "cpus=0,1",
    "request=sample id=1 target=model benchmark=cow size=65536 folio=65536 tasks=1 seed=7 cpus=any "
    "scheme=baseline work=full readers=0 form=sound",
    "request=sample id=1 target=model benchmark=anon-cow-rand size=65536 folio=65536 tasks=2 "
    "seed=7 cpus=0 "
    "scheme=free:exclusive=off,scope=values,batch=remap,values=precomputed,pagecounts=on "
    "work=accounting "
    "readers=1 form=sound",
    "request=counts id=1 target=model benchmark=fork size=65536 folio=65536 tasks=1 seed=7 "
    "cpus=any "
    "scheme=copy:batch work=full readers=0 form=posted",
    "request=phone id=1 target=model scheme=upstream-6.10 size=65536 folio=16384",
    "request=bye id=1"};

constexpr std::array<std::string_view, 20> values{"0",
                                                  "1",
                                                  "-1",
                                                  "4096",
                                                  "4097",
                                                  "16384",
                                                  "70368744177664",
                                                  "18446744073709551615",
                                                  "18446744073709551616",
                                                  "1e9",
                                                  "0x10",
                                                  "",
                                                  "%",
                                                  "%0",
                                                  "%00",
                                                  "%zz",
                                                  "any",
                                                  "free:",
                                                  "copy:",
                                                  ",,,"};

class Lines {
 public:
  explicit Lines(std::uint64_t seed) : random_(seed) {}

  std::string next() {
    std::string line(pick(templates));
    for (std::uint64_t i = random_.below(5); i > 0; --i) mutate(line);
    std::ranges::replace(line, '\n', '\r');  // one line is one request
    return line;
  }

 private:
  template <class Range>
  std::string_view pick(const Range& range) {
    return range[random_.below(range.size())];
  }
  std::size_t place(const std::string& line) { return random_.below(line.size() + 1); }
  char byte() { return static_cast<char>(random_.below(256)); }

  void mutate(std::string& line) {
    const std::size_t at = place(line);
    const std::size_t length = random_.below(24);
    switch (random_.below(9)) {
      case 0:
        if (at < line.size()) line[at] = byte();
        break;
      case 1:
        line.insert(at, 1, byte());
        break;
      case 2:
        line.erase(at, length);
        break;
      case 3:
        line.insert(at, line.substr(place(line), length));
        break;
      case 4: {
        const std::string_view other = pick(templates);
        line = line.substr(0, at) + std::string(other.substr(random_.below(other.size())));
        break;
      }
      case 5:
        replaceValue(line, pick(values));
        break;
      case 6:
        replaceValue(line, std::to_string(random_.next()));
        break;
      case 7:
        line.insert(at, random_.below(2 * maxLineBytes), byte());
        break;
      case 8:
        line += ' ' + line.substr(place(line));
        break;
    }
  }

  void replaceValue(std::string& line, std::string_view value) {
    const auto equals = line.find('=', place(line));
    if (equals == std::string::npos) return;
    const auto end = std::min(line.find(' ', equals), line.size());
    line.replace(equals + 1, end - equals - 1, value);
  }

  Random random_;
};

std::uint64_t numberOf(const Request& request, std::string_view key) {
  const auto found = std::ranges::find(request.words, key, &Words::value_type::first);
  return found == request.words.end() ? 0 : parseNumber(found->second).value_or(0);
}

// What a line asks for can be in order and still take minutes or gigabytes.
bool isDear(const Request& request) {
  if (request.name == "condition") return numberOf(request, "size") > smallBytes;
  const auto sample = parseSampleRequest(request.words);
  return sample && (numberOf(request, "size") > smallBytes || numberOf(request, "tasks") > 4 ||
                    numberOf(request, "readers") > 4);
}

bool isBye(const Request& request) {
  return request.name == "bye" && request.words.empty();
}

std::string readable(std::string_view line) {
  return formatWords({{"line", std::string(line)}});
}

// The agent's own loop in a child, at the other ends of two pipes.
class Served {
 public:
  Served() {
    Pipe input = *makePipe();
    Pipe output = *makePipe();
    const pid_t self = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
      dieWithParent(self);
      input.writeEnd.close();
      output.readEnd.close();
      _exit(serve({}, input.readEnd.number(), output.writeEnd.number()));
    }
    process_ = Child(pid);
    input_ = std::move(input.writeEnd);
    output_ = std::move(output.readEnd);
  }

  void send(std::string_view bytes) { (void)writeAll(input_.number(), bytes); }
  // Empty at the end of output.
  std::string receive() {
    for (;;) {
      if (const auto end = received_.find('\n'); end != std::string::npos) {
        std::string line = received_.substr(0, end);
        received_.erase(0, end + 1);
        return line;
      }
      std::array<char, 65536> bytes;
      const ssize_t count = read(output_.number(), bytes.data(), bytes.size());
      if (count <= 0) return {};
      received_.append(bytes.data(), static_cast<std::size_t>(count));
    }
  }
  std::string receiveFinal() {
    for (;;) {
      std::string reply = receive();
      const bool isUnfinished = reply.starts_with(R"({"type":"progress")") &&
                                memberOf(reply, "done") != memberOf(reply, "total");
      if (!isUnfinished) return reply;
    }
  }
  // The exit status, or minus the signal.
  int end() {
    input_.close();
    const auto status = process_.wait();
    if (!status) return -1;
    return WIFEXITED(*status) ? WEXITSTATUS(*status) : -WTERMSIG(*status);
  }

 private:
  Child process_;
  Descriptor input_;
  Descriptor output_;
  std::string received_;
};

}  // namespace

TEST_CASE("every line, whatever it holds, gets one reply, and the agent lives on") {
  signal(SIGPIPE, SIG_IGN);
  const std::uint64_t count = setting("FOLIO_FUZZ_LINES", defaultLines);
  const std::uint64_t seed = setting("FOLIO_FUZZ_SEED", 1);
  CAPTURE(seed);
  Lines lines(seed);
  std::uint64_t sent = 0;
  std::uint64_t slow = 0;
  while (sent < count) {
    Served agent;
    REQUIRE(agent.receive().starts_with(R"({"type":"hello")"));
    bool hasEnded = false;
    while (sent < count && !hasEnded) {
      std::vector<std::string> batch;
      while (batch.size() < batchLines && !hasEnded && sent + batch.size() < count) {
        std::string line = lines.next();
        const auto parsed = parseRequest(line);
        if (parsed.request && line.size() <= maxLineBytes) {
          const Request& request = *parsed.request;
          // Facts take 200 ms and latencies 20: a few of them do.
          const bool takesLong = (request.name == "facts" || request.name == "latencies") &&
                                 request.words.empty() && ++slow > 10;
          if (takesLong || isDear(request)) continue;
          hasEnded = isBye(request);
        }
        batch.push_back(std::move(line));
      }
      std::string text;
      for (const std::string& line : batch) text += line + '\n';
      agent.send(text);
      for (const std::string& line : batch) {
        const std::string reply = agent.receiveFinal();
        if (!isJson(reply) || memberOf(reply, "type").empty())
          FAIL("line " << sent << " of seed " << seed << ": " << readable(line) << " was answered "
                       << reply);
        ++sent;
      }
    }
    if (!hasEnded) agent.send("request=bye id=last\n");
    if (!hasEnded) CHECK(agent.receiveFinal() == R"({"type":"bye","id":"last"})");
    CHECK(agent.end() == 0);
  }
  MESSAGE(sent << " lines of seed " << seed);
}
