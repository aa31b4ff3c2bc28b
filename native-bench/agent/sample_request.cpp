#include "agent/sample_request.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "harness/affinity.hpp"
#include "harness/text_file.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// The reply has a point for each page of a folio.
constexpr std::uint64_t maxPhoneFolioBytes = 2ull << 20;

// A folio is one page, or large, which takes four of them.
Result<Done> checkSizes(std::uint64_t size, std::uint64_t folio) {
  const std::uint64_t small = basePageBytes();
  const bool isLarge = std::has_single_bit(folio) && folio >= 4 * small;
  if (folio != small && !isLarge) {
    return Error{"bad-value", "folio=" + std::to_string(folio) + ": " + std::to_string(small) +
                                  " bytes, or a power of two of at least " +
                                  std::to_string(4 * small) + ", is wanted"};
  }
  if (size % folio != 0) {
    return Error{"bad-value", "size=" + std::to_string(size) +
                                  " is not a multiple of folio=" + std::to_string(folio)};
  }
  return Done{};
}

Error unknownTarget(const std::string& target) {
  return {"bad-value", "target=" + target + ": host or model is wanted"};
}

Result<Case> readCase(WordReader& reader) {
  auto benchmark = reader.text("benchmark");
  if (!benchmark) return benchmark.error();
  const auto size = reader.number("size", 1, maxSizeBytes);
  if (!size) return size.error();
  const auto folio = reader.number("folio", 1, maxSizeBytes);
  if (!folio) return folio.error();
  const auto tasks = reader.number("tasks", 1, maxTasks);
  if (!tasks) return tasks.error();
  const auto seed = reader.number("seed", 0, std::numeric_limits<std::uint64_t>::max());
  if (!seed) return seed.error();
  const auto cpuList = reader.text("cpus");
  if (!cpuList) return cpuList.error();
  const auto cpus = parseCpus(*cpuList);
  if (!cpus) return cpus.error();
  Case what{std::move(*benchmark), *size, *folio, *tasks, *seed, *cpus};
  if (const auto sizes = checkSizes(what.size, what.folio); !sizes) return sizes.error();
  return what;
}

Error unknownBenchmark(const std::string& name, const std::string& known) {
  return {"unknown-benchmark", "there is no benchmark '" + name + "'; there are: " + known};
}

template <class Range>
std::string joinNames(const Range& range, auto&& nameOf) {
  std::string names;
  for (const auto& item : range) names += (names.empty() ? "" : ", ") + std::string(nameOf(item));
  return names;
}

Result<Done> checkTasks(const Case& what, bool hasTasks) {
  if (hasTasks || what.tasks == 1) return Done{};
  return Error{"bad-value",
               "tasks=" + std::to_string(what.tasks) + ": " + what.benchmark + " has one task"};
}

Result<SampleRequest> readHostRequest(WordReader& reader) {
  auto what = readCase(reader);
  if (!what) return what.error();
  if (const auto done = reader.finish(); !done) return done.error();
  const Benchmark* benchmark = findHostBenchmark(what->benchmark);
  if (benchmark == nullptr) {
    return unknownBenchmark(
        what->benchmark, joinNames(hostBenchmarks(), [](const Benchmark* b) { return b->name; }));
  }
  if (const auto tasks = checkTasks(*what, benchmark->hasTasks); !tasks) return tasks.error();
  return SampleRequest(HostRequest{benchmark, std::move(*what)});
}

// One of two words; true for the second.
Result<bool> readChoice(WordReader& reader, std::string_view key, std::string_view no,
                        std::string_view yes) {
  const auto value = reader.text(key);
  if (!value) return value.error();
  if (*value == no) return false;
  if (*value == yes) return true;
  return Error{"bad-value", std::string(key) + "=" + *value + ": " + std::string(no) + " or " +
                                std::string(yes) + " is wanted"};
}

Result<SampleRequest> readModelRequest(WordReader& reader) {
  auto what = readCase(reader);
  if (!what) return what.error();
  auto scheme = reader.text("scheme");
  if (!scheme) return scheme.error();
  const auto isAccounting = readChoice(reader, "work", "full", "accounting");
  if (!isAccounting) return isAccounting.error();
  const auto readers = reader.number("readers", 0, maxReaders);
  if (!readers) return readers.error();
  const auto isPosted = readChoice(reader, "form", "sound", "posted");
  if (!isPosted) return isPosted.error();
  auto returns = reader.text("returns");
  if (!returns) return returns.error();
  if (const auto done = reader.finish(); !done) return done.error();
  const auto known = model::benchmarks();
  const auto benchmark = std::ranges::find(known, what->benchmark, &model::BenchmarkInfo::name);
  if (benchmark == known.end()) {
    return unknownBenchmark(what->benchmark,
                            joinNames(known, [](const auto& info) { return info.name; }));
  }
  if (const auto tasks = checkTasks(*what, benchmark->hasTasks); !tasks) return tasks.error();
  return SampleRequest(model::ModelCase{
      .scheme = std::move(*scheme),
      .benchmark = std::move(what->benchmark),
      .sizeBytes = what->size,
      .folioBytes = what->folio,
      .tasks = static_cast<unsigned>(what->tasks),
      .readers = static_cast<unsigned>(*readers),
      .work = *isAccounting ? model::WorkKind::accounting : model::WorkKind::full,
      .returns = std::move(*returns),
      .posted = *isPosted,
      .seed = what->seed,
      .cpus = std::move(what->cpus),
  });
}

}  // namespace

Result<std::vector<int>> parseCpus(std::string_view text) {
  std::vector<int> cpus;
  if (text == "any") return cpus;
  const std::vector<int> allowed = allowedCpus();
  for (std::string_view rest = text;;) {
    const auto comma = rest.find(',');
    const auto cpu = parseNumber(rest.substr(0, comma));
    if (!cpu || *cpu > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
      return Error{"bad-value", "cpus=" + std::string(text) +
                                    ": 'any' or CPU numbers between commas are wanted"};
    }
    if (!std::ranges::binary_search(allowed, static_cast<int>(*cpu))) {
      return Error{"bad-value", "cpus=" + std::string(text) + ": CPU " + std::to_string(*cpu) +
                                    " is not there, or this process may not use it"};
    }
    cpus.push_back(static_cast<int>(*cpu));
    if (comma == std::string_view::npos) return cpus;
    rest.remove_prefix(comma + 1);
  }
}

Result<PhoneRequest> parsePhoneRequest(const Words& words) {
  WordReader reader(words);
  const auto target = reader.text("target");
  if (!target) return target.error();
  if (*target != "host" && *target != "model") return unknownTarget(*target);
  std::optional<std::string> scheme;
  if (*target == "model") {
    auto name = reader.text("scheme");
    if (!name) return name.error();
    scheme = std::move(*name);
  }
  const auto size = reader.number("size", 1, maxSizeBytes);
  if (!size) return size.error();
  const auto folio = reader.number("folio", 1, maxPhoneFolioBytes);
  if (!folio) return folio.error();
  if (const auto done = reader.finish(); !done) return done.error();
  if (const auto sizes = checkSizes(*size, *folio); !sizes) return sizes.error();
  return PhoneRequest{std::move(scheme), *size, *folio};
}

Result<SampleRequest> parseSampleRequest(const Words& words) {
  WordReader reader(words);
  const auto target = reader.text("target");
  if (!target) return target.error();
  if (*target == "host") return readHostRequest(reader);
  if (*target == "model") return readModelRequest(reader);
  return unknownTarget(*target);
}

}  // namespace folio
