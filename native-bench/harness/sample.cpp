#include "harness/sample.hpp"

#include "harness/json_writer.hpp"

namespace folio {

std::string reasonInvalid(const Sample& sample) {
  std::string reason;
  for (const Check& check : sample.checks) {
    if (check.passed) continue;
    if (!reason.empty()) reason += "; ";
    reason += check.name + ": " + check.detail;
  }
  return reason;
}

std::string membersOf(const Sample& sample) {
  const std::string reason = reasonInvalid(sample);
  JsonWriter json = JsonWriter::ofMembers();
  json.member("elapsedNs", sample.operation.elapsedNs())
      .member("work", sample.work)
      .member("pageFaults", sample.usage.minorFaults + sample.usage.majorFaults)
      .member("valid", reason.empty())
      .member("reason", reason.empty() ? std::optional<std::string>() : reason);
  json.key("checks").beginArray();
  for (const Check& check : sample.checks)
    json.beginObject()
        .member("name", check.name)
        .member("passed", check.passed)
        .member("detail", check.detail)
        .endObject();
  json.endArray().key("tasks").beginArray();
  for (const TaskResult& task : sample.tasks)
    json.beginObject().member("elapsedNs", task.elapsedNs).member("work", task.work).endObject();
  json.endArray().key("warnings").beginArray();
  for (const std::string& warning : sample.warnings) json.text(warning);
  return json.endArray().written();
}

std::string countersOf(const Sample& sample) {
  JsonWriter json = JsonWriter::ofMembers();
  for (const auto& [name, value] : sample.counters) json.member(name, value);
  for (const auto& [name, value] : sample.usage.counters()) json.member(name, value);
  return json.written();
}

}  // namespace folio
