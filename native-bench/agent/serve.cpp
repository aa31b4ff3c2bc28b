#include "agent/serve.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>

#include "agent/commands.hpp"
#include "agent/kernel_symbols.hpp"
#include "agent/line_input.hpp"
#include "agent/machine_lock.hpp"
#include "agent/replies.hpp"
#include "agent/request_line.hpp"
#include "agent/sample_request.hpp"
#include "agent/worker.hpp"
#include "harness/clock.hpp"
#include "harness/descriptor.hpp"
#include "harness/processor_time.hpp"
#include "harness/sample_grid.hpp"
#include "harness/system_error.hpp"
#include "harness/text_file.hpp"
#include "memory/settings_guardian.hpp"
#include "memory/thp_settings.hpp"
#include "model/model.hpp"

namespace folio {

namespace {

enum class Next { goOn, endWell, endBadly };

struct ServeOptions {
  unsigned silenceSeconds = 0;
  std::string lockName;
  unsigned lockWaitSeconds = 0;
};

constexpr std::uint64_t mostSeconds = 24 * std::uint64_t{3600};

// Nothing when the words are no options.
std::optional<ServeOptions> parseOptions(std::span<char*> words) {
  ServeOptions options;
  for (; words.size() >= 2; words = words.subspan(2)) {
    const std::string_view name = words[0];
    const std::string_view value = words[1];
    if (name == "--lock" && !value.empty() && value.size() <= MachineLock::longestName) {
      options.lockName = value;
      continue;
    }
    const auto seconds = parseNumber(value);
    if (!seconds || *seconds > mostSeconds) return std::nullopt;
    if (name == "--silence") {
      options.silenceSeconds = static_cast<unsigned>(*seconds);
    } else if (name == "--lock-wait") {
      options.lockWaitSeconds = static_cast<unsigned>(*seconds);
    } else {
      return std::nullopt;
    }
  }
  return words.empty() ? std::optional(options) : std::nullopt;
}

// Hexadecimal numbers between commas.
Result<std::vector<std::uint64_t>> parseAddresses(std::string_view text) {
  std::vector<std::uint64_t> addresses;
  for (std::string_view rest = text;;) {
    const std::string_view word = rest.substr(0, rest.find(','));
    const char* const end = word.data() + word.size();
    std::uint64_t address = 0;
    const auto read = std::from_chars(word.data(), end, address, 16);
    if (read.ec != std::errc{} || read.ptr != end) {
      return Error{"bad-value", "addresses=" + std::string(text) +
                                    ": hexadecimal numbers between commas are wanted"};
    }
    addresses.push_back(address);
    if (word.size() == rest.size()) return addresses;
    rest.remove_prefix(word.size() + 1);
  }
}

class Supervisor {
 public:
  Supervisor(const ServeOptions& options, int inputDescriptor, int outputDescriptor)
      : options_(options), input_(inputDescriptor), output_(outputDescriptor) {}

  int run() {
    awaitInput();
    if (const auto lock = takeLock(); !lock) {
      send(errorReply(std::nullopt, lock.error()));
      return statusFailed;
    }
    for (const std::string& message : SettingsGuardian::restoreAbandoned(settingsPlaces())) {
      std::fprintf(stderr, "folio-agent: %s\n", message.c_str());
    }
    if (!send(helloReply())) return 1;
    for (;;) {
      const auto line = input_.takeLine();
      const Next next = line ? answer(*line) : waitForInput();
      if (next != Next::goOn) return next == Next::endWell ? 0 : 1;
    }
  }

 private:
  // Before settings are looked at: the process that holds the lock may have changed some.
  Result<Done> takeLock() {
    if (options_.lockName.empty()) return Done{};
    auto lock = MachineLock::take(options_.lockName, options_.lockWaitSeconds);
    if (!lock) return lock.error();
    lock_ = std::move(*lock);
    return Done{};
  }

  // Begins the time in which something has to be read. The signal kills this process, and so its
  // workers; what it changed is undone by the guardian.
  void awaitInput() const { alarm(options_.silenceSeconds); }

  bool readInput() {
    const bool isThere = input_.fill();
    awaitInput();
    return isThere;
  }

  bool send(const std::string& reply) { return writeAll(output_, reply).ok(); }
  Next sendAndGoOn(const std::string& reply) { return send(reply) ? Next::goOn : Next::endBadly; }

  Next waitForInput() {
    if (readInput()) return Next::goOn;
    if (!input_.hasPartialLine()) return Next::endWell;
    send(errorReply(std::nullopt, {"bad-request", "the input ended in the middle of a line"}));
    return Next::endBadly;
  }

  Next answer(const LineInput::Line& line) {
    const std::uint64_t arrivedNs = monotonicNs();
    if (line.isTooLong) {
      const std::string message =
          "a line is at most " + std::to_string(maxLineBytes) + " bytes long";
      return sendAndGoOn(errorReply(std::nullopt, {"bad-request", message}));
    }
    if (line.text.empty() && options_.silenceSeconds > 0)
      return Next::goOn;  // only says that the other end is there
    const ParsedRequest parsed = parseRequest(line.text);
    if (!parsed.request) return sendAndGoOn(errorReply(parsed.id, parsed.request.error()));
    const Request& request = *parsed.request;
    if (request.name == "facts") return answerFacts(request);
    if (request.name == "latencies") return answerLatencies(request);
    if (request.name == "condition") return answerCondition(request);
    if (request.name == "settings") return answerSettings(request);
    if (request.name == "sample") return answerSample(request, arrivedNs);
    if (request.name == "counts") return answerCounts(request);
    if (request.name == "symbols") return answerSymbols(request);
    if (request.name == "phone") return answerPhone(request);
    if (request.name == "counterexample") return answerCounterexample(request);
    if (request.name == "bye") return answerBye(request);
    return sendAndGoOn(
        errorReply(request.id, {"unknown-request", "there is no request '" + request.name + "'"}));
  }

  Next answerFacts(const Request& request) {
    const auto done = WordReader(request.words).finish();
    return sendAndGoOn(done ? factsReply(request.id) : errorReply(request.id, done.error()));
  }

  Next answerLatencies(const Request& request) {
    const auto done = WordReader(request.words).finish();
    return sendAndGoOn(done ? latenciesReply(request.id, model::measureLatencies())
                            : errorReply(request.id, done.error()));
  }

  Next answerCounterexample(const Request& request) {
    const auto done = WordReader(request.words).finish();
    return sendAndGoOn(done ? counterexampleReply(request.id, model::runCounterexample())
                            : errorReply(request.id, done.error()));
  }

  Next answerBye(const Request& request) {
    const auto done = WordReader(request.words).finish();
    if (!done) return sendAndGoOn(errorReply(request.id, done.error()));
    guardian_.restore();
    return send(byeReply(request.id)) ? Next::endWell : Next::endBadly;
  }

  Next answerCondition(const Request& request) {
    WordReader reader(request.words);
    const auto size = reader.number("size", 1, maxSizeBytes);
    if (!size) return sendAndGoOn(errorReply(request.id, size.error()));
    if (const auto done = reader.finish(); !done)
      return sendAndGoOn(errorReply(request.id, done.error()));
    ReportReader report([&](std::uint64_t done, std::uint64_t total) {
      send(progressReply(request.id, "condition", done, total));
    });
    const auto worked =
        work([&](const ReportWriter& writer) { conditionMemory(*size, writer); }, report);
    if (!worked) return sendAndGoOn(errorReply(request.id, worked.error()));
    if (*worked == Next::endBadly) return Next::endBadly;
    return sendAndGoOn(progressReply(request.id, "condition", *size, *size));
  }

  Next answerSettings(const Request& request) {
    WordReader reader(request.words);
    const auto folio = reader.number("folio", 1, maxSizeBytes);
    if (!folio) return sendAndGoOn(errorReply(request.id, folio.error()));
    if (const auto done = reader.finish(); !done)
      return sendAndGoOn(errorReply(request.id, done.error()));
    if (const auto done = guardian_.awaitOthers(); !done)
      return sendAndGoOn(errorReply(request.id, done.error()));
    const auto wanted = settingFor(*folio);
    if (!wanted) return sendAndGoOn(errorReply(request.id, wanted.error()));
    std::vector<SettingChange> changed;
    if (*wanted) {
      const auto change = guardian_.change(**wanted);
      if (!change) return sendAndGoOn(errorReply(request.id, change.error()));
      changed.push_back(*change);
    }
    return sendAndGoOn(settingsReply(request.id, changed));
  }

  Next answerSample(const Request& request, std::uint64_t arrivedNs) {
    const auto sample = parseSampleRequest(request.words);
    if (!sample) return sendAndGoOn(errorReply(request.id, sample.error()));
    ReportReader report([](std::uint64_t, std::uint64_t) {});
    waitForSampleGrid();
    const ProcessorTime before = ProcessorTime::read();
    const auto worked =
        work([&](const ReportWriter& writer) { writer.outcome(takeSample(*sample)); }, report);
    if (!worked) return sendAndGoOn(errorReply(request.id, worked.error()));
    if (*worked == Next::endBadly) return Next::endBadly;
    const auto machineCounters = ProcessorTime::read().since(before);
    return sendAndGoOn(
        sampleReply(request.id, *report.sample(), machineCounters, {arrivedNs, monotonicNs()}));
  }

  Next answerCounts(const Request& request) {
    const auto parsed = parseSampleRequest(request.words);
    if (!parsed) return sendAndGoOn(errorReply(request.id, parsed.error()));
    const auto* modelCase = std::get_if<model::ModelCase>(&*parsed);
    if (modelCase == nullptr) {
      const char* message = "target=host: operations are counted in the model alone";
      return sendAndGoOn(errorReply(request.id, {"bad-value", message}));
    }
    ReportReader report([](std::uint64_t, std::uint64_t) {});
    const auto worked =
        work([&](const ReportWriter& writer) { countOperations(*modelCase, writer); }, report);
    if (!worked) return sendAndGoOn(errorReply(request.id, worked.error()));
    if (*worked == Next::endBadly) return Next::endBadly;
    return sendAndGoOn(countsReply(request.id, *report.counts()));
  }

  Next answerSymbols(const Request& request) {
    WordReader reader(request.words);
    const auto text = reader.text("addresses");
    if (!text) return sendAndGoOn(errorReply(request.id, text.error()));
    const auto addresses = parseAddresses(*text);
    if (!addresses) return sendAndGoOn(errorReply(request.id, addresses.error()));
    if (const auto done = reader.finish(); !done)
      return sendAndGoOn(errorReply(request.id, done.error()));
    if (!symbols_) {
      auto symbols = KernelSymbols::read();
      if (!symbols) return sendAndGoOn(errorReply(request.id, symbols.error()));
      symbols_ = std::move(*symbols);
    }
    std::vector<std::string_view> names;
    for (const std::uint64_t address : *addresses) names.push_back(symbols_->nameAt(address));
    return sendAndGoOn(symbolsReply(request.id, names));
  }

  Next answerPhone(const Request& request) {
    const auto parsed = parsePhoneRequest(request.words);
    if (!parsed) return sendAndGoOn(errorReply(request.id, parsed.error()));
    ReportReader report([](std::uint64_t, std::uint64_t) {});
    const auto worked =
        work([&](const ReportWriter& writer) { runPhoneScenario(*parsed, writer); }, report);
    if (!worked) return sendAndGoOn(errorReply(request.id, worked.error()));
    if (*worked == Next::endBadly) return Next::endBadly;
    return sendAndGoOn(phoneReply(request.id, *report.phone()));
  }

  // Next::endBadly when the input ended in the meantime and everything was killed.
  Result<Next> work(const std::function<void(const ReportWriter&)>& body, ReportReader& report) {
    const auto inWorker = [&](const ReportWriter& writer) {
      guardian_.abandon();
      body(writer);
    };
    const auto end =
        runWorker(inWorker, report, [this](int output) { return waitForOutput(output); });
    if (!end) return end.error();
    return *end == WorkEnd::finished ? Next::goOn : Next::endBadly;
  }

  // True when the worker has written something or is gone; false when the other end of the line is.
  bool waitForOutput(int output) {
    for (;;) {
      // Input is read while a worker runs, up to a limit, because only reading tells the end of
      // some kinds of input.
      const short wanted = static_cast<short>(input_.isFull() ? POLLRDHUP : POLLIN | POLLRDHUP);
      std::array<pollfd, 2> watched{{{output, POLLIN, 0}, {input_.descriptor(), wanted, 0}}};
      if (poll(watched.data(), watched.size(), -1) < 0) continue;
      if ((watched[1].revents & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL)) != 0) return false;
      if ((watched[1].revents & POLLIN) != 0 && !readInput()) return false;
      if (watched[0].revents != 0) return true;
    }
  }

  ServeOptions options_;
  MachineLock lock_;
  LineInput input_;
  int output_;
  SettingsGuardian guardian_{settingsPlaces()};
  std::optional<KernelSymbols> symbols_;  // read once somebody asks
};

}  // namespace

int serve(std::span<char*> words, int inputDescriptor, int outputDescriptor) {
  const auto options = parseOptions(words);
  if (!options) {
    std::fprintf(
        stderr,
        "folio-agent serve takes [--silence SECONDS] [--lock NAME] [--lock-wait SECONDS]\n");
    return statusMisused;
  }
  // Whoever started the agent may be killed without closing its end of the line, for example when
  // another process holds a copy of it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return Supervisor(*options, inputDescriptor, outputDescriptor).run();
}

}  // namespace folio
