#include "model/runner/schemes_free.hpp"

namespace folio::model {

template struct FreeSchemes<BuildAccess, ExclusiveWriter::cmpxchg, SeqcountScope::rmapValues>;

}  // namespace folio::model
