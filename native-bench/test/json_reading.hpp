// JSON as a library reads it that shares nothing with the agent's writer.
#pragma once

#include <string>
#include <string_view>

#include "agent/worker_report.hpp"
#include "harness/phone_scenario.hpp"
#include "harness/sample.hpp"

namespace folio {

// Whether a text is one JSON value in valid UTF-8.
bool isJson(std::string_view text);

// The sample that a worker has reported, its counters all in one list.
Sample sampleOf(const SampleReport& report);

// The scenario of which a worker has reported these members.
PhoneScenario phoneOf(const std::string& members);

}  // namespace folio
