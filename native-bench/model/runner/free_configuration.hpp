// Free configurations of the rmap-ID series: any combination of its parts, written as
// "free:exclusive=cmpxchg,scope=all,batch=all,values=precomputed,pagecounts=on", in any order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/result.hpp"
#include "model/schemes/tracking.hpp"

namespace folio::model {

inline constexpr std::string_view freePrefix = "free:";

struct FreeConfiguration {
  TrackingOptions options;  // values may be `wide`, which valuesAt() turns into one of the others
  bool randomIds = false;
};

// The words of a key are those of freeSwitches(). Errors: `unknown-scheme` for the notation,
// `bad-value` for a combination that is not built, with the reason.
Result<FreeConfiguration> parseFreeConfiguration(std::string_view text);

// The notation of parseFreeConfiguration, keys in the order of freeSwitches(), without `ids` and
// `idea` where they are the first of their words.
std::string freeConfigurationName(const FreeConfiguration& configuration);

// Every combination of the first five keys, and every idea with what it is held with.
std::vector<FreeConfiguration> freeConfigurations();

struct FreeSwitch {
  std::string_view name;
  std::string words;
  std::string_view summary;
};
std::vector<FreeSwitch> freeSwitches();

}  // namespace folio::model
