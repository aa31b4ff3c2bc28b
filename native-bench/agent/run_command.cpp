// run: one case by hand.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "agent/commands.hpp"
#include "agent/human_units.hpp"
#include "agent/sample_request.hpp"
#include "agent/worker.hpp"
#include "harness/descriptor.hpp"
#include "harness/text_file.hpp"
#include "memory/settings_guardian.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

constexpr const char* help =
    "folio-agent run BENCHMARK [OPTION VALUE]...\n"
    "Takes samples of one benchmark and prints them. Names of benchmarks: folio-agent list\n"
    "\n"
    "  --size SIZE      of the region, for example 64M or 1G          (64M)\n"
    "  --folio SIZE     of a folio                                    (2M)\n"
    "  --tasks N        for anon-cow-* and shared-*                   (1)\n"
    "  --samples N      how many to take                              (5)\n"
    "  --seed N         of what is random in the operation            (1)\n"
    "  --cpus LIST      CPUs to pin the tasks to, for example 0,2     (any)\n"
    "  --offer-folio no|yes  switches the folio size on, until the end of the command  (no)\n"
    "\n"
    "  --target host|model  the running kernel or the model           (host)\n"
    "with --target model also\n"
    "  --scheme NAME    of the accounting                             (baseline)\n"
    "  --work full|accounting                                         (full)\n"
    "  --readers N      threads that ask for exclusiveness meanwhile  (0)\n"
    "  --form sound|posted                                            (sound)\n"
    "  --returns KIND   how functions return; kinds: folio-agent list  (plain)\n";

struct Options {
  Words request;  // the words of request=sample
  std::uint64_t samples = 5;
  bool offersFolio = false;
};

void set(Words& words, const std::string& key, const std::string& value) {
  const auto known = std::ranges::find(words, key, &Words::value_type::first);
  if (known != words.end()) {
    known->second = value;
  } else {
    words.emplace_back(key, value);
  }
}

Result<Done> readOption(Options& options, const std::string& name, const std::string& value) {
  if (!name.starts_with("--")) return Error{"unknown-key", "'" + name + "' is not an option"};
  const std::string key = name.substr(2);
  if (key == "samples") {
    const auto samples = parseNumber(value);
    if (!samples || *samples == 0)
      return Error{"bad-value", "--samples " + value + ": a whole number from 1 is wanted"};
    options.samples = *samples;
    return Done{};
  }
  if (key == "offer-folio") {
    if (value != "yes" && value != "no")
      return Error{"bad-value", "--offer-folio " + value + ": no or yes is wanted"};
    options.offersFolio = value == "yes";
    return Done{};
  }
  if (key == "size" || key == "folio") {
    const auto bytes = parseSize(value);
    if (!bytes) return Error{"bad-value", name + " " + value + ": a size like 64M is wanted"};
    set(options.request, key, std::to_string(*bytes));
    return Done{};
  }
  // The rest has the names and values of the protocol, which also knows what is wrong with them.
  set(options.request, key, value);
  return Done{};
}

Result<Options> readOptions(std::span<char*> words) {
  if (words.empty()) return Error{"missing-key", "which benchmark? Names: folio-agent list"};
  Options options{.request = {{"target", "host"},
                              {"benchmark", words.front()},
                              {"size", std::to_string(64 << 20)},
                              {"folio", std::to_string(2 << 20)},
                              {"tasks", "1"},
                              {"seed", "1"},
                              {"cpus", "any"}}};
  for (std::size_t i = 1; i < words.size(); i += 2) {
    if (i + 1 == words.size())
      return Error{"missing-key", std::string("option ") + words[i] + " lacks its value"};
    if (const auto done = readOption(options, words[i], words[i + 1]); !done) return done.error();
  }
  if (options.request.front().second == "model") {
    const Words defaults{{"scheme", "baseline"},
                         {"work", "full"},
                         {"readers", "0"},
                         {"form", "sound"},
                         {"returns", "plain"}};
    for (const auto& [key, value] : defaults) {
      if (std::ranges::find(options.request, key, &Words::value_type::first) ==
          options.request.end()) {
        options.request.emplace_back(key, value);
      }
    }
  }
  return options;
}

int complain(const Error& error) {
  std::fprintf(stderr, "folio-agent run: %s (%s)\n", error.message.c_str(), error.code.c_str());
  return error.code == "failed" || error.code == "not-enough-memory" ? statusFailed : statusMisused;
}

Result<Done> offerFolio(const Words& request, SettingsGuardian& guardian) {
  const auto folio = std::ranges::find(request, "folio", &Words::value_type::first);
  if (const auto done = guardian.awaitOthers(); !done) return done.error();
  const auto wanted = settingFor(parseNumber(folio->second).value_or(0));
  if (!wanted) return wanted.error();
  if (!*wanted) return Done{};
  const auto change = guardian.change(**wanted);
  if (!change) return change.error();
  std::printf("%s: %s until the end of this command\n", change->path.c_str(), change->to.c_str());
  return Done{};
}

// Summed over the tasks.
std::string megabytesPerSecond(const Sample& sample) {
  double sum = 0;
  for (const TaskResult& task : sample.tasks) {
    sum += static_cast<double>(task.work) * 1e9 / static_cast<double>(task.elapsedNs);
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB/s", sum / 1e6);
  return text;
}

bool hasThroughput(const SampleRequest& request) {
  if (const auto* host = std::get_if<HostRequest>(&request))
    return host->benchmark->metric == Metric::throughput;
  const auto known = model::benchmarks();
  const auto& name = std::get<model::ModelCase>(request).benchmark;
  const auto found = std::ranges::find(known, name, &model::BenchmarkInfo::name);
  return found != known.end() && found->isConcurrent;
}

// Prints to a descriptor: a worker's standard output is not the command's.
void printSample(int out, const Sample& sample, std::uint64_t number, bool isThroughput) {
  const double elapsedNs = static_cast<double>(sample.operation.elapsedNs());
  const std::string figure =
      isThroughput ? megabytesPerSecond(sample)
                   : formatTime(elapsedNs / static_cast<double>(sample.work)) + " a page";
  const std::string reason = reasonInvalid(sample);
  dprintf(out, "%4llu  %10s  %17s  %s\n", static_cast<unsigned long long>(number),
          formatTime(elapsedNs).c_str(), figure.c_str(),
          reason.empty() ? "valid" : ("INVALID: " + reason).c_str());
}

void printDetails(int out, const Sample& sample) {
  dprintf(out, "\nchecks of the last sample:\n");
  for (const Check& check : sample.checks) {
    dprintf(out, "  %-12s %s: %s\n", check.name.c_str(), check.passed ? "passed" : "FAILED",
            check.detail.c_str());
  }
  dprintf(out, "counters of the last sample:\n");
  for (const auto& counters : {sample.counters, sample.usage.counters()})
    for (const auto& [name, value] : counters) dprintf(out, "  %-32s %.15g\n", name.c_str(), value);
  for (const std::string& warning : sample.warnings) dprintf(out, "warning: %s\n", warning.c_str());
}

}  // namespace

int runCommand(std::span<char*> words) {
  if (!words.empty() &&
      (std::strcmp(words.front(), "--help") == 0 || std::strcmp(words.front(), "-h") == 0)) {
    std::printf("%s", help);
    return 0;
  }
  const auto options = readOptions(words);
  if (!options) return complain(options.error());
  const auto request = parseSampleRequest(options->request);
  if (!request) return complain(request.error());
  SettingsGuardian guardian(settingsPlaces());
  if (options->offersFolio) {
    if (const auto done = offerFolio(options->request, guardian); !done)
      return complain(done.error());
  }
  std::fflush(stdout);
  const Descriptor out(dup(STDOUT_FILENO));
  std::vector<double> elapsedNs;
  for (std::uint64_t number = 1; number <= options->samples; ++number) {
    ReportReader report([](std::uint64_t, std::uint64_t) {});
    const auto end = runWorker(
        [&](const ReportWriter& writer) {
          guardian.abandon();
          const auto sample = takeSample(*request);
          if (sample) printSample(out.number(), *sample, number, hasThroughput(*request));
          if (sample && number == options->samples) printDetails(out.number(), *sample);
          writer.outcome(sample);
        },
        report);
    if (!end) return complain(end.error());
    if (report.sample()->reason.empty())
      elapsedNs.push_back(static_cast<double>(report.sample()->operation.elapsedNs()));
  }
  if (!elapsedNs.empty()) {
    std::ranges::sort(elapsedNs);
    const std::size_t middle = elapsedNs.size() / 2;
    const double median = elapsedNs.size() % 2 == 1
                              ? elapsedNs[middle]
                              : (elapsedNs[middle - 1] + elapsedNs[middle]) / 2;
    std::printf("median %s of %zu valid samples\n", formatTime(median).c_str(), elapsedNs.size());
  }
  return elapsedNs.size() == options->samples ? 0 : statusFailed;
}

}  // namespace folio
