// Instantiates the stages of the published series. Up to `batch` the two forms of D.8 are the same
// code: they differ in the sub-IDs that an mm is created with.
#include "model/runner/registry.hpp"
#include "model/schemes/all.hpp"
#include "model/schemes/baseline.hpp"
#include "model/schemes/batch.hpp"
#include "model/schemes/exclusive.hpp"
#include "model/schemes/mapcount.hpp"
#include "model/schemes/nocmpxchg.hpp"
#include "model/schemes/precomputed_values.hpp"
#include "model/schemes/rmap_id.hpp"

namespace folio::model {

template <class A>
const std::array<NamedScheme, 16> StageSchemes<A>::all{{
    {"baseline", Form::sound, &operationsOf<Baseline<A>>},
    {"baseline", Form::posted, &operationsOf<Baseline<A>>},
    {"mapcount", Form::sound, &operationsOf<Mapcount<A>>},
    {"mapcount", Form::posted, &operationsOf<Mapcount<A>>},
    {"rmap-id", Form::sound, &operationsOf<RmapId<A>>},
    {"rmap-id", Form::posted, &operationsOf<RmapId<A>>},
    {"123", Form::sound, &operationsOf<PrecomputedValues<A>>},
    {"123", Form::posted, &operationsOf<PrecomputedValues<A>>},
    {"batch", Form::sound, &operationsOf<Batch<A>>},
    {"batch", Form::posted, &operationsOf<Batch<A>>},
    {"exclusive", Form::sound, &operationsOf<Exclusive<A>>},
    {"exclusive", Form::posted, &operationsOf<Exclusive<A, Form::posted>>},
    {"nocmpxchg", Form::sound, &operationsOf<NoCmpxchg<A>>},
    {"nocmpxchg", Form::posted, &operationsOf<NoCmpxchg<A, Form::posted>>},
    {"all", Form::sound, &operationsOf<All<A>>},
    {"all", Form::posted, &operationsOf<All<A, Form::posted>>},
}};

template struct StageSchemes<BuildAccess>;

}  // namespace folio::model
