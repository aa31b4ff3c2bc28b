// The replies of docs/protocol.md, one JSON object a line.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/worker_report.hpp"
#include "harness/clock.hpp"
#include "harness/result.hpp"
#include "memory/settings_guardian.hpp"
#include "model/model.hpp"

namespace folio {

constexpr int protocolVersion = 3;

std::string helloReply();
std::string progressReply(std::string_view id, std::string_view step, std::uint64_t done,
                          std::uint64_t total);
std::string settingsReply(std::string_view id, const std::vector<SettingChange>& changed);
// `request` spans from the arrival of the request to the end of the last process that worked on it;
// `machineCounters` are those of the whole machine over it.
std::string sampleReply(std::string_view id, const SampleReport& sample,
                        const std::vector<std::pair<std::string, double>>& machineCounters,
                        const Interval& request);
// `members` are those of the counts, as a worker reports them.
std::string countsReply(std::string_view id, std::string_view members);
// The same of a scenario.
std::string counterexampleReply(std::string_view id, const model::Counterexample& counterexample);
std::string phoneReply(std::string_view id, std::string_view members);
// A name for each address that was asked, in the same order.
std::string symbolsReply(std::string_view id, std::span<const std::string_view> names);
std::string errorReply(const std::optional<std::string>& id, const Error& error);
std::string factsReply(std::string_view id);
std::string latenciesReply(std::string_view id, const std::vector<model::Latency>& latencies);
std::string byeReply(std::string_view id);

}  // namespace folio
