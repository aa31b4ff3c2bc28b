#include "agent/replies.hpp"

#include <unistd.h>

#include "agent/facts/facts.hpp"
#include "agent/version.hpp"
#include "harness/json_writer.hpp"
#include "host/benchmark.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

JsonWriter begin(std::string_view type) {
  JsonWriter json;
  json.beginObject().member("type", type);
  return json;
}

std::string finish(JsonWriter& json) {
  return json.endObject().written() + '\n';
}

// The model reports the beginning of its operation by another clock, which may differ by the time
// of a reading.
std::uint64_t timeBetween(std::uint64_t earlierNs, std::uint64_t laterNs) {
  return laterNs > earlierNs ? laterNs - earlierNs : 0;
}

}  // namespace

std::string helloReply() {
  JsonWriter json = begin("hello");
  json.member("protocol", protocolVersion).member("agent", agentVersion).member("pid", getpid());
  json.key("targets").beginArray().text("host").text("model").endArray();
  json.key("benchmarks").beginArray();
  for (const Benchmark* benchmark : hostBenchmarks()) {
    json.beginObject()
        .member("name", benchmark->name)
        .member("metric", benchmark->metric == Metric::time ? "time" : "throughput")
        .member("summary", benchmark->summary)
        .endObject();
  }
  json.endArray().key("schemes").beginArray();
  for (const model::SchemeInfo& scheme : model::schemes()) {
    json.beginObject()
        .member("name", scheme.name)
        .member("summary", scheme.summary)
        .member("section", scheme.section);
    json.key("metadata").beginArray();
    const auto sizes = model::metadataFolioBytes();
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      json.beginObject()
          .member("folioBytes", sizes[i])
          .member("bytes", scheme.metadataBytes[i])
          .endObject();
    }
    json.endArray().endObject();
  }
  json.endArray().key("returns").beginArray();
  for (const model::ReturnKind& kind : model::returnKinds()) json.text(kind.name);
  json.endArray().member("basePageBytes", basePageBytes());
  return finish(json);
}

std::string progressReply(std::string_view id, std::string_view step, std::uint64_t done,
                          std::uint64_t total) {
  JsonWriter json = begin("progress");
  json.member("id", id).member("step", step).member("done", done).member("total", total);
  return finish(json);
}

std::string settingsReply(std::string_view id, const std::vector<SettingChange>& changed) {
  JsonWriter json = begin("settings");
  json.member("id", id).key("changed").beginArray();
  for (const SettingChange& change : changed) {
    json.beginObject()
        .member("path", change.path)
        .member("from", change.from)
        .member("to", change.to)
        .endObject();
  }
  json.endArray();
  return finish(json);
}

std::string sampleReply(std::string_view id, const SampleReport& sample,
                        const std::vector<std::pair<std::string, double>>& machineCounters,
                        const Interval& request) {
  JsonWriter json = begin("sample");
  json.member("id", id).members(sample.members);
  json.key("counters").beginObject().members(sample.counters);
  for (const auto& [name, value] : machineCounters) json.member(name, value);
  json.endObject();
  json.member("setupNs", timeBetween(request.startNs, sample.operation.startNs));
  json.member("teardownNs", timeBetween(sample.operation.endNs, request.endNs));
  return finish(json);
}

std::string countsReply(std::string_view id, std::string_view members) {
  JsonWriter json = begin("counts");
  json.member("id", id).key("counts").beginObject().members(members).endObject();
  return finish(json);
}

std::string symbolsReply(std::string_view id, std::span<const std::string_view> names) {
  JsonWriter json = begin("symbols");
  json.member("id", id).key("names").beginArray();
  for (const std::string_view name : names) json.text(name);
  json.endArray();
  return finish(json);
}

std::string counterexampleReply(std::string_view id, const model::Counterexample& counterexample) {
  JsonWriter json = begin("counterexample");
  json.member("id", id)
      .member("reproduced", counterexample.reproduced)
      .member("text", counterexample.text);
  return finish(json);
}

std::string phoneReply(std::string_view id, std::string_view members) {
  JsonWriter json = begin("phone");
  json.member("id", id).members(members);
  return finish(json);
}

std::string errorReply(const std::optional<std::string>& id, const Error& error) {
  JsonWriter json = begin("error");
  json.member("id", id).member("code", error.code).member("message", error.message);
  return finish(json);
}

std::string factsReply(std::string_view id) {
  JsonWriter json = begin("facts");
  json.member("id", id).key("facts");
  writeFacts(json);
  json.key("raw");
  writeRawFacts(json);
  return finish(json);
}

std::string latenciesReply(std::string_view id, const std::vector<model::Latency>& latencies) {
  JsonWriter json = begin("latencies");
  json.member("id", id).key("latencies").beginArray();
  for (const model::Latency& latency : latencies)
    json.beginObject()
        .member("instruction", latency.instruction)
        .member("ns", latency.ns)
        .endObject();
  json.endArray();
  return finish(json);
}

std::string byeReply(std::string_view id) {
  JsonWriter json = begin("bye");
  json.member("id", id);
  return finish(json);
}

}  // namespace folio
