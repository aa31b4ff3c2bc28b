// What folios cost in memory after a fork whose child is gone, on the running kernel
// (specification G.3, G.4): its own statistics of the folio size, write by write.
#pragma once

#include <cstdint>

#include "harness/phone_scenario.hpp"
#include "harness/result.hpp"

namespace folio {

// Error `unsupported` where the kernel keeps no such statistics or has no such folios, `failed`
// where a precondition did not hold or other programs changed the statistics in the meantime.
Result<PhoneScenario> runHostPhone(std::uint64_t size, std::uint64_t folio);

}  // namespace folio
