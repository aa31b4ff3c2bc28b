#include "agent/worker_report.hpp"

#include "agent/model_counts.hpp"
#include "agent/request_line.hpp"
#include "harness/descriptor.hpp"
#include "harness/json_writer.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

// Readers of lines that a worker of this same program wrote: a malformed one yields zero or nothing
// and shows in tests.
std::string textOf(const Words& words, std::string_view key) {
  for (const auto& [name, value] : words) {
    if (name == key) return value;
  }
  return {};
}

std::uint64_t numberOf(const Words& words, std::string_view key) {
  return parseNumber(textOf(words, key)).value_or(0);
}

std::string lineOf(const Words& words) {
  return formatWords(words) + '\n';
}

}  // namespace

void ReportWriter::write(std::string_view text) const {
  // The supervisor's end of the pipe closes only when the supervisor is gone, and then this process
  // is killed.
  (void)writeAll(descriptor_, text);
}

void ReportWriter::progress(std::uint64_t done, std::uint64_t total) const {
  write(lineOf(
      {{"kind", "progress"}, {"done", std::to_string(done)}, {"total", std::to_string(total)}}));
}

void ReportWriter::sample(const Sample& sample) const {
  write(lineOf({{"kind", "sample"},
                {"start", std::to_string(sample.operation.startNs)},
                {"end", std::to_string(sample.operation.endNs)},
                {"reason", reasonInvalid(sample)},
                {"members", membersOf(sample)},
                {"counters", countersOf(sample)}}));
}

void ReportWriter::counts(const model::ModelCounts& counts) const {
  JsonWriter json = JsonWriter::ofMembers();
  for (const CountField& field : countFields) json.member(field.name, counts.*field.count);
  write(lineOf({{"kind", "counts"}, {"members", json.written()}}));
}

void ReportWriter::phone(const PhoneScenario& scenario) const {
  JsonWriter json = JsonWriter::ofMembers();
  json.member("folios", scenario.folios).key("points").beginArray();
  for (const PhonePoint& point : scenario.points)
    json.beginObject()
        .member("writes", point.writes)
        .member("queued", point.queued)
        .member("bytes", point.bytes)
        .endObject();
  json.endArray().key("warnings").beginArray();
  for (const std::string& warning : scenario.warnings) json.text(warning);
  write(lineOf({{"kind", "phone"}, {"members", json.endArray().written()}}));
}

void ReportWriter::error(const Error& error) const {
  write(lineOf({{"kind", "error"}, {"code", error.code}, {"message", error.message}}));
}

void ReportWriter::end() const {
  write(lineOf({{"kind", "end"}}));
}

void ReportWriter::outcome(const Result<Sample>& sample) const {
  if (sample) {
    this->sample(*sample);
  } else {
    error(sample.error());
  }
  end();
}

void ReportReader::take(std::string_view bytes) {
  rest_ += bytes;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
    takeLine(std::string_view(rest_).substr(0, end));
    rest_.erase(0, end + 1);
  }
}

void ReportReader::takeLine(std::string_view line) {
  const auto words = parseWords(line);
  if (!words) return;
  const std::string kind = textOf(*words, "kind");
  if (kind == "progress") {
    onProgress_(numberOf(*words, "done"), numberOf(*words, "total"));
  } else if (kind == "error") {
    error_ = Error{textOf(*words, "code"), textOf(*words, "message")};
  } else if (kind == "end") {
    hasEnded_ = true;
  } else if (kind == "counts") {
    counts_ = textOf(*words, "members");
  } else if (kind == "phone") {
    phone_ = textOf(*words, "members");
  } else if (kind == "sample") {
    sample_ = {.operation = {numberOf(*words, "start"), numberOf(*words, "end")},
               .reason = textOf(*words, "reason"),
               .members = textOf(*words, "members"),
               .counters = textOf(*words, "counters")};
  }
}

std::optional<Error> ReportReader::error() const {
  if (error_) return error_;
  if (hasEnded_) return std::nullopt;
  return Error{"failed", "the worker process ended before it had reported"};
}

}  // namespace folio
