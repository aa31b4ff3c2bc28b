#include "agent/facts/facts.hpp"

namespace folio {

void writeFacts(JsonWriter& json, const MachineFiles& files) {
  json.beginObject();
  writeCpuFacts(json, files);
  writeKernelFacts(json, files);
  writeMemoryFacts(json, files);
  writeVirtualisationFacts(json, files);
  writeClockFacts(json, files);
  writeLoadFacts(json, files);
  writeSchedulingFacts(json, files);
  writeIdentityFacts(json, files);
  json.endObject();
}

}  // namespace folio
