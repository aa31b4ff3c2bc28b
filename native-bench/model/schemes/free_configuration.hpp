// Free configurations of the rmap-ID series: any sensible combination of its parts, written as
// "free:exclusive=cmpxchg,scope=all,batch=all,values=precomputed,pagecounts=on". All five keys, in
// any order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/result.hpp"
#include "model/schemes/tracking.hpp"

namespace folio::model {

inline constexpr std::string_view freePrefix = "free:";

// exclusive = off | cmpxchg | add-return; scope = values | all; batch = none | remap | all; values
// = table | precomputed; pagecounts = on | off. Errors: `unknown-scheme` for the notation,
// `bad-value` for a combination that makes no sense, with the reason.
Result<TrackingOptions> parseFreeConfiguration(std::string_view text);

// The notation of parseFreeConfiguration, keys in the order above.
std::string freeConfigurationName(const TrackingOptions& options);

// Every combination that makes sense.
std::vector<TrackingOptions> freeConfigurations();

}  // namespace folio::model
