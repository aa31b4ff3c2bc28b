// What this machine and its kernel are: the facts of docs/protocol.md. Null for what is not told, never a
// guess.
#pragma once

#include "agent/json_writer.hpp"

namespace folio {

// One JSON object. Takes about 200 ms, over which the load by other guests of the hypervisor is observed.
void writeFacts(JsonWriter& json);

}  // namespace folio
