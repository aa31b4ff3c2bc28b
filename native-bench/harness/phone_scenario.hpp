// What folios cost in memory after a fork whose child is gone, by how much of each the parent has
// written (specification G.3, G.4): of the model, or of the running kernel.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace folio {

struct PhonePoint {
  std::uint64_t writes;  // of a word of a page, in each folio
  std::uint64_t queued;  // folios on the deferred-split queue
  std::uint64_t bytes;   // of folios and copies that are in use
};
struct PhoneScenario {
  std::uint64_t folios = 0;
  std::vector<PhonePoint> points;  // from 0 writes on
  std::vector<std::string> warnings;
};

}  // namespace folio
