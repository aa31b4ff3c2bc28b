#include "model/runner/free_configuration.hpp"

#include <array>
#include <optional>
#include <utility>

#include "model/runner/registry.hpp"

namespace folio::model {

namespace {

template <class Value>
struct Choice {
  std::string_view word;
  Value value;
};
template <class Value>
Choice(std::string_view, Value) -> Choice<Value>;

constexpr std::array exclusiveChoices{
    Choice{std::string_view("off"), ExclusiveWriter::off},
    Choice{std::string_view("cmpxchg"), ExclusiveWriter::cmpxchg},
    Choice{std::string_view("add-return"), ExclusiveWriter::addReturn}};
constexpr std::array scopeChoices{Choice{std::string_view("values"), SeqcountScope::rmapValues},
                                  Choice{std::string_view("all"), SeqcountScope::allMapcounts}};
constexpr std::array batchChoices{Choice{std::string_view("none"), Batching::none},
                                  Choice{std::string_view("remap"), Batching::remap},
                                  Choice{std::string_view("all"), Batching::remapForkAndZap}};
constexpr std::array valuesChoices{Choice{std::string_view("table"), RmapValues::table},
                                   Choice{std::string_view("precomputed"), RmapValues::precomputed},
                                   Choice{std::string_view("wide"), RmapValues::wide}};
constexpr std::array pageCountChoices{Choice{std::string_view("on"), true},
                                      Choice{std::string_view("off"), false}};

constexpr std::array idChoices{Choice{std::string_view("dense"), false},
                               Choice{std::string_view("random"), true}};
constexpr std::array ideaChoices{
    Choice{std::string_view("none"), Idea::none},
    Choice{std::string_view("skip-zero"), Idea::skipZero},
    Choice{std::string_view("lock"), Idea::lock},
    Choice{std::string_view("entire-untracked"), Idea::entireUntracked},
    Choice{std::string_view("total-in-sequence"), Idea::totalInSequence},
    Choice{std::string_view("spread"), Idea::spread},
    Choice{std::string_view("squeezed"), Idea::squeezed},
    Choice{std::string_view("narrow"), Idea::narrow},
    Choice{std::string_view("give-up"), Idea::giveUp}};

template <class Choices>
std::string words(const Choices& choices) {
  std::string text;
  for (const auto& choice : choices) text += (text.empty() ? "" : ", ") + std::string(choice.word);
  return text;
}

template <class Choices, class Value>
std::string_view wordOf(const Choices& choices, Value value) {
  for (const auto& choice : choices)
    if (choice.value == value) return choice.word;
  return {};
}

std::string quoted(std::string_view text) {
  return std::string("'").append(text).append("'");
}

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::array<std::string_view, 7> keys{"exclusive",  "scope", "batch", "values",
                                               "pagecounts", "ids",   "idea"};

std::string notationHint() {
  return "write free:exclusive=" + words(exclusiveChoices) + ";scope=" + words(scopeChoices) +
         ";batch=" + words(batchChoices) + ";values=" + words(valuesChoices) +
         ";pagecounts=" + words(pageCountChoices) +
         " with one value each and commas between the keys; ids=" + words(idChoices) +
         " and idea=" + words(ideaChoices) + " may be left out";
}

Result<Pairs> splitPairs(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view pair = text.substr(0, comma);
    const std::size_t equals = pair.find('=');
    const std::string_view key = pair.substr(0, equals);
    bool known = false;
    for (const std::string_view name : keys) known = known || name == key;
    if (!known || equals == std::string_view::npos)
      return Error{"unknown-scheme",
                   quoted(pair) + " is no part of a free configuration: " + notationHint()};
    for (const auto& earlier : pairs)
      if (earlier.first == key)
        return Error{"unknown-scheme",
                     "a free configuration names '" + std::string(key) + "' twice"};
    pairs.emplace_back(key, pair.substr(equals + 1));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return pairs;
}

template <class Choices, class Value>
std::optional<Error> choose(const Pairs& pairs, std::string_view key, const Choices& choices,
                            Value& value) {
  for (const auto& [name, word] : pairs) {
    if (name != key) continue;
    for (const auto& choice : choices) {
      if (choice.word != word) continue;
      value = choice.value;
      return std::nullopt;
    }
    return Error{"unknown-scheme", std::string(key) + "=" + std::string(word) +
                                       " does not exist: choose one of " + words(choices)};
  }
  return Error{"unknown-scheme",
               "the free configuration does not say '" + std::string(key) + "': " + notationHint()};
}

// The same for a key that may be left out, which is its first choice.
template <class Choices, class Value>
std::optional<Error> chooseOrFirst(const Pairs& pairs, std::string_view key, const Choices& choices,
                                   Value& value) {
  for (const auto& pair : pairs)
    if (pair.first == key) return choose(pairs, key, choices, value);
  value = choices.front().value;
  return std::nullopt;
}

// Which writers and scopes an idea is held with.
std::string basesOf(Idea idea) {
  std::string text;
  for (const IdeaBase& base : ideaBases) {
    if (base.idea != idea) continue;
    text += (text.empty() ? "" : " or ") + std::string("exclusive=") +
            std::string(wordOf(exclusiveChoices, base.exclusiveWriter)) +
            ",scope=" + std::string(wordOf(scopeChoices, base.scope));
  }
  return text;
}

}  // namespace

Result<FreeConfiguration> parseFreeConfiguration(std::string_view text) {
  if (!text.starts_with(freePrefix)) return Error{"unknown-scheme", notationHint()};
  const Result<Pairs> pairs = splitPairs(text.substr(freePrefix.size()));
  if (!pairs.ok()) return pairs.error();
  FreeConfiguration configuration;
  TrackingOptions& options = configuration.options;
  if (auto error = choose(*pairs, "exclusive", exclusiveChoices, options.exclusiveWriter))
    return *error;
  if (auto error = choose(*pairs, "scope", scopeChoices, options.scope)) return *error;
  if (auto error = choose(*pairs, "batch", batchChoices, options.batching)) return *error;
  if (auto error = choose(*pairs, "values", valuesChoices, options.values)) return *error;
  if (auto error = choose(*pairs, "pagecounts", pageCountChoices, options.pageMapcounts))
    return *error;
  if (auto error = chooseOrFirst(*pairs, "ids", idChoices, configuration.randomIds)) return *error;
  if (auto error = chooseOrFirst(*pairs, "idea", ideaChoices, options.idea)) return *error;
  if (options.idea != Idea::none && !ideaIndex(options))
    return Error{"bad-value",
                 "the model holds idea=" + std::string(wordOf(ideaChoices, options.idea)) +
                     " with " + basesOf(options.idea) +
                     ", and with batch=remap,values=precomputed,pagecounts=on, as the "
                     "stages from `batch` on have them; other combinations are not "
                     "built: choose these, or idea=none"};
  return configuration;
}

std::string freeConfigurationName(const FreeConfiguration& configuration) {
  const TrackingOptions& options = configuration.options;
  std::string name = std::string(freePrefix) +
                     "exclusive=" + std::string(wordOf(exclusiveChoices, options.exclusiveWriter)) +
                     ",scope=" + std::string(wordOf(scopeChoices, options.scope)) +
                     ",batch=" + std::string(wordOf(batchChoices, options.batching)) +
                     ",values=" + std::string(wordOf(valuesChoices, options.values)) +
                     ",pagecounts=" + std::string(wordOf(pageCountChoices, options.pageMapcounts));
  if (configuration.randomIds) name += ",ids=random";
  if (options.idea != Idea::none) name += ",idea=" + std::string(wordOf(ideaChoices, options.idea));
  return name;
}

std::vector<FreeConfiguration> freeConfigurations() {
  std::vector<FreeConfiguration> all;
  for (const auto& exclusive : exclusiveChoices)
    for (const auto& scope : scopeChoices)
      for (const auto& batch : batchChoices)
        for (const auto& values : valuesChoices)
          for (const auto& pageCounts : pageCountChoices) {
            TrackingOptions options;
            options.exclusiveWriter = exclusive.value;
            options.scope = scope.value;
            options.batching = batch.value;
            options.values = values.value;
            options.pageMapcounts = pageCounts.value;
            all.push_back({options, false});
          }
  for (std::size_t i = 0; i < ideaBases.size(); ++i) all.push_back({ideaOptions(i), false});
  return all;
}

std::vector<FreeSwitch> freeSwitches() {
  return {
      {"exclusive", words(exclusiveChoices), "a writer that is alone needs no atomic update"},
      {"scope", words(scopeChoices), "counters inside the section: total and rmap values, or all"},
      {"batch", words(batchChoices), "one accounting call per folio: at remap, fork and zap"},
      {"values", words(valuesChoices), "which rmap values, and where the sub-IDs come from"},
      {"pagecounts", words(pageCountChoices), "a mapcount per page"},
      {"ids", words(idChoices), "the lowest free rmap IDs, or any; may be left out"},
      {"idea", words(ideaChoices), "an idea of the threads, with some of these; may be left out"},
  };
}

}  // namespace folio::model
