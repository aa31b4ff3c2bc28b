#include "model/runner/schemes_ideas.hpp"

namespace folio::model {

template struct IdeaSchemes<BuildAccess, 0, ideasAboutUpdates>;

}  // namespace folio::model
