#include "agent/worker_report.hpp"

#include <charconv>

#include "agent/model_counts.hpp"
#include "agent/request_line.hpp"
#include "harness/descriptor.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

std::string toText(double value) {
  char text[32];
  const auto written = std::to_chars(text, text + sizeof text, value);
  return {text, written.ptr};
}

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

double realOf(const Words& words, std::string_view key) {
  const std::string text = textOf(words, key);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string lineOf(Words words) {
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
  std::string text = lineOf({{"kind", "sample"},
                             {"start", std::to_string(sample.operation.startNs)},
                             {"end", std::to_string(sample.operation.endNs)},
                             {"work", std::to_string(sample.work)}});
  for (const Check& check : sample.checks) {
    text += lineOf({{"kind", "check"},
                    {"name", check.name},
                    {"passed", check.passed ? "1" : "0"},
                    {"detail", check.detail}});
  }
  for (const TaskResult& task : sample.tasks) {
    text += lineOf({{"kind", "task"},
                    {"elapsed", std::to_string(task.elapsedNs)},
                    {"work", std::to_string(task.work)}});
  }
  for (const auto& [name, value] : sample.counters) {
    text += lineOf({{"kind", "counter"}, {"name", name}, {"value", toText(value)}});
  }
  for (const std::string& warning : sample.warnings)
    text += lineOf({{"kind", "warning"}, {"text", warning}});
  write(text);
}

void ReportWriter::counts(const model::ModelCounts& counts) const {
  Words words{{"kind", "counts"}};
  for (const CountField& field : countFields)
    words.emplace_back(field.name, std::to_string(counts.*field.count));
  write(lineOf(std::move(words)));
}

void ReportWriter::phone(const model::PhoneScenario& scenario) const {
  std::string text = lineOf({{"kind", "phone"}, {"folios", std::to_string(scenario.folios)}});
  for (const model::PhonePoint& point : scenario.points) {
    text += lineOf({{"kind", "point"},
                    {"writes", std::to_string(point.writes)},
                    {"queued", std::to_string(point.queued)},
                    {"bytes", std::to_string(point.bytes)}});
  }
  write(text);
}

void ReportWriter::error(const Error& error) const {
  write(lineOf({{"kind", "error"}, {"code", error.code}, {"message", error.message}}));
}

void ReportWriter::end() const {
  write(lineOf({{"kind", "end"}}));
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
    counts_.emplace();
    for (const CountField& field : countFields)
      (*counts_).*field.count = numberOf(*words, field.name);
  } else if (kind == "phone") {
    phone_.emplace();
    phone_->folios = numberOf(*words, "folios");
  } else if (kind == "point" && phone_) {
    phone_->points.push_back(
        {numberOf(*words, "writes"), numberOf(*words, "queued"), numberOf(*words, "bytes")});
  } else if (kind == "sample") {
    sample_.emplace();
    sample_->operation = {numberOf(*words, "start"), numberOf(*words, "end")};
    sample_->work = numberOf(*words, "work");
  }
  if (!sample_) return;
  if (kind == "check") {
    sample_->checks.push_back(
        {textOf(*words, "name"), textOf(*words, "passed") == "1", textOf(*words, "detail")});
  } else if (kind == "task") {
    sample_->tasks.push_back({numberOf(*words, "elapsed"), numberOf(*words, "work")});
  } else if (kind == "counter") {
    sample_->counters.emplace_back(textOf(*words, "name"), realOf(*words, "value"));
  } else if (kind == "warning") {
    sample_->warnings.push_back(textOf(*words, "text"));
  }
}

std::optional<Error> ReportReader::error() const {
  if (error_) return error_;
  if (hasEnded_) return std::nullopt;
  return Error{"failed", "the worker process ended before it had reported"};
}

}  // namespace folio
