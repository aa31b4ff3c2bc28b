#include "json_reading.hpp"

#include <nlohmann/json.hpp>

namespace folio {

bool isJson(std::string_view text) {
  return nlohmann::json::accept(text);
}

Sample sampleOf(const SampleReport& report) {
  const auto members = nlohmann::json::parse("{" + report.members + "}");
  const auto counters = nlohmann::json::parse("{" + report.counters + "}");
  Sample sample;
  sample.operation = report.operation;
  sample.work = members.at("work");
  for (const auto& check : members.at("checks"))
    sample.checks.push_back({check.at("name"), check.at("passed"), check.at("detail")});
  for (const auto& task : members.at("tasks"))
    sample.tasks.push_back({task.at("elapsedNs"), task.at("work")});
  for (const auto& [name, value] : counters.items()) sample.counters.emplace_back(name, value);
  for (const auto& warning : members.at("warnings")) sample.warnings.push_back(warning);
  return sample;
}

PhoneScenario phoneOf(const std::string& members) {
  const auto read = nlohmann::json::parse("{" + members + "}");
  PhoneScenario scenario;
  scenario.folios = read.at("folios");
  for (const auto& point : read.at("points"))
    scenario.points.push_back({point.at("writes"), point.at("queued"), point.at("bytes")});
  for (const auto& warning : read.at("warnings")) scenario.warnings.push_back(warning);
  return scenario;
}

}  // namespace folio
