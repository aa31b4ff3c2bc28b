#include "model/runner/schemes_ideas.hpp"

namespace folio::model {

template struct IdeaSchemes<BuildAccess, ideasAboutUpdates, ideasAboutPlaces>;

}  // namespace folio::model
