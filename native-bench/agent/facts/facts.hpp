// What this machine and its kernel are: the facts of docs/protocol.md. Null for what is not
// reported, never a guess.
#pragma once

#include "agent/facts/machine_files.hpp"
#include "harness/json_writer.hpp"

namespace folio {

// One JSON object. Takes about 200 ms, over which the time taken by other guests of the hypervisor
// is observed.
void writeFacts(JsonWriter& json, const MachineFiles& files = MachineFiles());

// One JSON object with what the engine makes facts of: the file of the kernel's configuration as it
// is, in base64, and the id of the machine.
void writeRawFacts(JsonWriter& json, const MachineFiles& files = MachineFiles());

// Parts of the facts: each writes a key with its value, or several.
void writeCpuFacts(JsonWriter& json, const MachineFiles& files);
void writeKernelFacts(JsonWriter& json, const MachineFiles& files);
void writeMemoryFacts(JsonWriter& json, const MachineFiles& files);
void writeVirtualisationFacts(JsonWriter& json, const MachineFiles& files);
void writeClockFacts(JsonWriter& json, const MachineFiles& files);
void writeLoadFacts(JsonWriter& json, const MachineFiles& files);
void writeSchedulingFacts(JsonWriter& json, const MachineFiles& files);
void writeIdentityFacts(JsonWriter& json, const MachineFiles& files);

}  // namespace folio
