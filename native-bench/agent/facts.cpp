#include "agent/facts.hpp"
namespace folio {
void writeFacts(JsonWriter& json) {
  json.beginObject().endObject();
}
}  // namespace folio
