#include "model/schemes/free_configuration.hpp"

#include <array>
#include <optional>
#include <utility>

namespace folio::model {

namespace {

template <class Value>
struct Choice {
  std::string_view word;
  Value value;
};

constexpr std::array exclusiveChoices{
    Choice{std::string_view("off"), ExclusiveWriter::off},
    Choice{std::string_view("cmpxchg"), ExclusiveWriter::cmpxchg},
    Choice{std::string_view("add-return"), ExclusiveWriter::addReturn}};
constexpr std::array scopeChoices{Choice{std::string_view("values"), SeqcountScope::rmapValues},
                                  Choice{std::string_view("all"), SeqcountScope::allMapcounts}};
constexpr std::array batchChoices{Choice{std::string_view("none"), Batching::none},
                                  Choice{std::string_view("remap"), Batching::remap},
                                  Choice{std::string_view("all"), Batching::remapForkAndZap}};
constexpr std::array valuesChoices{
    Choice{std::string_view("table"), RmapValues::table},
    Choice{std::string_view("precomputed"), RmapValues::precomputed}};
constexpr std::array pageCountChoices{Choice{std::string_view("on"), true},
                                      Choice{std::string_view("off"), false}};

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

constexpr std::array<std::string_view, 5> keys{"exclusive", "scope", "batch", "values",
                                               "pagecounts"};

std::string notationHint() {
  return "write free:exclusive=" + words(exclusiveChoices) + ";scope=" + words(scopeChoices) +
         ";batch=" + words(batchChoices) + ";values=" + words(valuesChoices) +
         ";pagecounts=" + words(pageCountChoices) +
         " with one value each and commas between the keys";
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

}  // namespace

Result<TrackingOptions> parseFreeConfiguration(std::string_view text) {
  if (!text.starts_with(freePrefix)) return Error{"unknown-scheme", notationHint()};
  const Result<Pairs> pairs = splitPairs(text.substr(freePrefix.size()));
  if (!pairs.ok()) return pairs.error();
  TrackingOptions options;
  if (auto error = choose(*pairs, "exclusive", exclusiveChoices, options.exclusiveWriter))
    return *error;
  if (auto error = choose(*pairs, "scope", scopeChoices, options.scope)) return *error;
  if (auto error = choose(*pairs, "batch", batchChoices, options.batching)) return *error;
  if (auto error = choose(*pairs, "values", valuesChoices, options.values)) return *error;
  if (auto error = choose(*pairs, "pagecounts", pageCountChoices, options.pageMapcounts))
    return *error;
  if (options.exclusiveWriter == ExclusiveWriter::off &&
      options.scope == SeqcountScope::allMapcounts)
    return Error{"bad-value",
                 "scope=all makes no sense with exclusive=off: the mapcounts move into the section "
                 "so that a writer "
                 "that is alone can update them without atomic operations, and without an "
                 "exclusive writer the "
                 "section only becomes longer; use scope=values"};
  return options;
}

std::string freeConfigurationName(const TrackingOptions& options) {
  return std::string(freePrefix) +
         "exclusive=" + std::string(wordOf(exclusiveChoices, options.exclusiveWriter)) +
         ",scope=" + std::string(wordOf(scopeChoices, options.scope)) +
         ",batch=" + std::string(wordOf(batchChoices, options.batching)) +
         ",values=" + std::string(wordOf(valuesChoices, options.values)) +
         ",pagecounts=" + std::string(wordOf(pageCountChoices, options.pageMapcounts));
}

std::vector<TrackingOptions> freeConfigurations() {
  std::vector<TrackingOptions> all;
  for (const auto& exclusive : exclusiveChoices)
    for (const auto& scope : scopeChoices)
      for (const auto& batch : batchChoices)
        for (const auto& values : valuesChoices)
          for (const auto& pageCounts : pageCountChoices) {
            if (exclusive.value == ExclusiveWriter::off &&
                scope.value == SeqcountScope::allMapcounts)
              continue;
            TrackingOptions options;
            options.exclusiveWriter = exclusive.value;
            options.scope = scope.value;
            options.batching = batch.value;
            options.values = values.value;
            options.pageMapcounts = pageCounts.value;
            all.push_back(options);
          }
  return all;
}

}  // namespace folio::model
