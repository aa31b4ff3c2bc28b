#include "agent/sample_request.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/affinity.hpp"
#include "memory/thp_settings.hpp"

using namespace folio;

namespace {

const Words hostWords{{"target", "host"},   {"benchmark", "cow"}, {"size", "67108864"},
                      {"folio", "2097152"}, {"tasks", "1"},       {"seed", "9"},
                      {"cpus", "any"}};

Words with(Words words, const std::string& key, const std::string& value) {
  const auto found = std::ranges::find(words, key, &Words::value_type::first);
  if (found == words.end()) {
    words.emplace_back(key, value);
  } else {
    found->second = value;
  }
  return words;
}

Words without(Words words, const std::string& key) {
  std::erase_if(words, [&](const auto& word) { return word.first == key; });
  return words;
}

Words modelWords() {
  Words words = with(hostWords, "target", "model");
  words.insert(words.end(), {{"scheme", "all"},
                             {"work", "accounting"},
                             {"readers", "2"},
                             {"form", "posted"},
                             {"returns", "safe-ret"}});
  return words;
}

Error errorOf(const Words& words) {
  const auto request = parseSampleRequest(words);
  REQUIRE_FALSE(request.ok());
  return request.error();
}

}  // namespace

TEST_CASE("a request for the running kernel") {
  const auto request = parseSampleRequest(hostWords);
  REQUIRE(request.ok());
  const auto& host = std::get<HostRequest>(*request);
  CHECK(host.benchmark->name == "cow");
  CHECK(host.what.size == 64 << 20);
  CHECK(host.what.folio == 2 << 20);
  CHECK(host.what.tasks == 1);
  CHECK(host.what.seed == 9);
  CHECK(host.what.cpus.empty());
}

TEST_CASE("a request for the model") {
  const auto request =
      parseSampleRequest(with(with(modelWords(), "benchmark", "anon-cow-rand"), "tasks", "3"));
  REQUIRE(request.ok());
  const auto& what = std::get<model::ModelCase>(*request);
  CHECK(what.scheme == "all");
  CHECK(what.benchmark == "anon-cow-rand");
  CHECK(what.sizeBytes == 64 << 20);
  CHECK(what.folioBytes == 2 << 20);
  CHECK(what.tasks == 3);
  CHECK(what.readers == 2);
  CHECK(what.work == model::WorkKind::accounting);
  CHECK(what.posted);
  CHECK(what.returns == "safe-ret");
  CHECK(what.seed == 9);
}

TEST_CASE("every key is wanted, and none beyond") {
  for (const auto& word : hostWords) {
    CAPTURE(word.first);
    CHECK(errorOf(without(hostWords, word.first)).code == "missing-key");
  }
  for (const auto& word : modelWords()) {
    CAPTURE(word.first);
    CHECK(errorOf(without(modelWords(), word.first)).code == "missing-key");
  }
  CHECK(errorOf(with(hostWords, "scheme", "all")).code == "unknown-key");
  CHECK(errorOf(with(modelWords(), "colour", "red")).code == "unknown-key");
}

TEST_CASE("a folio is one page or at least four") {
  const std::uint64_t page = basePageBytes();
  for (const Words& words : {hostWords, modelWords()}) {
    CHECK(parseSampleRequest(with(words, "folio", std::to_string(page))).ok());
    CHECK(errorOf(with(words, "folio", std::to_string(2 * page))).code == "bad-value");
    CHECK(parseSampleRequest(with(words, "folio", std::to_string(4 * page))).ok());
  }
}

TEST_CASE("values out of range are refused") {
  struct Bad {
    const char *key, *value;
  };
  for (const Bad& bad : {Bad{"target", "mars"},
                         Bad{"size", "0"},
                         Bad{"size", "-1"},
                         Bad{"size", "3145728"},
                         Bad{"size", "140737488355329"},
                         Bad{"folio", "0"},
                         Bad{"folio", "2048"},
                         Bad{"folio", "8192"},
                         Bad{"folio", "3145728"},
                         Bad{"tasks", "0"},
                         Bad{"tasks", "2"},
                         Bad{"tasks", "5000"},
                         Bad{"seed", "-1"},
                         Bad{"seed", "18446744073709551616"},
                         Bad{"cpus", ""},
                         Bad{"cpus", "all"},
                         Bad{"cpus", "0,"},
                         Bad{"cpus", "0,,1"},
                         Bad{"cpus", "4294967296"},
                         Bad{"cpus", "8191"}}) {
    CAPTURE(bad.key);
    CAPTURE(bad.value);
    CHECK(errorOf(with(hostWords, bad.key, bad.value)).code == "bad-value");
  }
  for (const Bad& bad : {Bad{"work", "some"}, Bad{"readers", "-1"}, Bad{"form", "both"}}) {
    CAPTURE(bad.key);
    CHECK(errorOf(with(modelWords(), bad.key, bad.value)).code == "bad-value");
  }
}

TEST_CASE("an unknown benchmark is answered with the known ones") {
  const Error error = errorOf(with(hostWords, "benchmark", "teleport"));
  CHECK(error.code == "unknown-benchmark");
  CHECK(error.message.find("cow-reuse-byte") != std::string::npos);
  CHECK(errorOf(with(modelWords(), "benchmark", "teleport")).code == "unknown-benchmark");
}

TEST_CASE("CPUs are kept in the order given") {
  const std::vector<int> allowed = allowedCpus();
  REQUIRE_FALSE(allowed.empty());
  const std::string last = std::to_string(allowed.back());
  const auto cpus = parseCpus(last + ',' + std::to_string(allowed.front()) + ',' + last);
  REQUIRE(cpus.ok());
  CHECK(*cpus == std::vector<int>{allowed.back(), allowed.front(), allowed.back()});
}
