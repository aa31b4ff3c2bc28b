// The operation counts of the model, each under its name in the protocol.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/model.hpp"

namespace folio {

struct CountField {
  std::string_view name;
  std::uint64_t model::ModelCounts::*count;
};

inline constexpr std::array countFields{
    CountField{"pages", &model::ModelCounts::pages},
    CountField{"folios", &model::ModelCounts::folios},
    CountField{"mappingRmw", &model::ModelCounts::mappingRmw},
    CountField{"referenceRmw", &model::ModelCounts::referenceRmw},
    CountField{"flagRmw", &model::ModelCounts::flagRmw},
    CountField{"lockRmw", &model::ModelCounts::lockRmw},
    CountField{"queueLocks", &model::ModelCounts::queueLocks},
    CountField{"outsideRmw", &model::ModelCounts::outsideRmw},
    CountField{"loads", &model::ModelCounts::loads},
    CountField{"stores", &model::ModelCounts::stores},
    CountField{"calls", &model::ModelCounts::calls},
    CountField{"retries", &model::ModelCounts::retries},
    CountField{"readerQueries", &model::ModelCounts::readerQueries},
    CountField{"readerUncertain", &model::ModelCounts::readerUncertain},
    CountField{"readerFalselyShared", &model::ModelCounts::readerFalselyShared},
    CountField{"readerFalselyExclusive", &model::ModelCounts::readerFalselyExclusive},
};

}  // namespace folio
