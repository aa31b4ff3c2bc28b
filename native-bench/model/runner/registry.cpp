#include "model/runner/registry.hpp"

#include "model/runner/schemes_copies.hpp"

namespace folio::model {

namespace {

using A = BuildAccess;

const SchemeOperations* findScheme(std::string_view scheme, Form form) {
  for (const NamedScheme& each : StageSchemes<A>::all)
    if (each.scheme == scheme && each.form == form) return each.operations;
  for (const NamedScheme& each : OtherSchemes<A>::all)
    if (each.scheme == scheme && each.form == form) return each.operations;
  return nullptr;
}

const SchemeOperations* findIdea(std::size_t index) {
  return index < ideasAboutUpdates
             ? IdeaSchemes<A, 0, ideasAboutUpdates>::all[index]
             : IdeaSchemes<A, ideasAboutUpdates, ideasAboutPlaces>::all[index - ideasAboutUpdates];
}

const SchemeOperations* findFreeScheme(const TrackingOptions& options) {
  using enum ExclusiveWriter;
  using enum SeqcountScope;
  if (options.idea != Idea::none) {
    const std::optional<std::size_t> place = ideaIndex(options);
    return place ? findIdea(*place) : nullptr;
  }
  const std::size_t index = freeSchemeIndex(options);
  const bool all = options.scope == allMapcounts;
  switch (options.exclusiveWriter) {
    case off:
      return all ? FreeSchemes<A, off, allMapcounts>::all[index]
                 : FreeSchemes<A, off, rmapValues>::all[index];
    case cmpxchg:
      return all ? FreeSchemes<A, cmpxchg, allMapcounts>::all[index]
                 : FreeSchemes<A, cmpxchg, rmapValues>::all[index];
    case addReturn:
      return all ? FreeSchemes<A, addReturn, allMapcounts>::all[index]
                 : FreeSchemes<A, addReturn, rmapValues>::all[index];
  }
  return nullptr;
}

}  // namespace

extern "C" {
extern const SchemeSet FOLIO_MODEL_SCHEMES;
const SchemeSet FOLIO_MODEL_SCHEMES{findScheme, findFreeScheme, findCopy<A>, findSmallScheme<A>};
}

}  // namespace folio::model
