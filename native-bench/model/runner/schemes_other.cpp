// Instantiates the schemes beside the published series.
#include "model/runner/registry.hpp"
#include "model/schemes/batch_zap.hpp"
#include "model/schemes/copy_around.hpp"
#include "model/schemes/double_map.hpp"
#include "model/schemes/mm_id.hpp"
#include "model/schemes/mm_id_mapped_pages.hpp"
#include "model/schemes/mm_id_no_page_mapcount.hpp"
#include "model/schemes/mthp_reuse.hpp"
#include "model/schemes/upstream_6_10.hpp"
#include "model/schemes/upstream_6_12.hpp"
#include "model/schemes/upstream_6_8.hpp"
#include "model/schemes/upstream_6_9.hpp"
#include "model/schemes/vma_count.hpp"

namespace folio::model {

template <class A>
const std::array<NamedScheme, 17> OtherSchemes<A>::all{{
    {"double-map", Form::sound, &operationsOf<DoubleMap<A>>},
    {"double-map:reuse=scan", Form::sound, &operationsOf<DoubleMap<A, DoubleMapReuse::scan>>},
    {"vma-count", Form::sound, &operationsOf<VmaCount<A>>},
    {"batch-zap", Form::sound, &operationsOf<BatchZap<A>>},
    {"upstream-6.8", Form::sound, &operationsOf<Upstream6_8<A>>},
    {"upstream-6.9", Form::sound, &operationsOf<Upstream6_9<A>>},
    {"upstream-6.10", Form::sound, &operationsOf<Upstream6_10<A>>},
    {"upstream-6.12", Form::sound, &operationsOf<Upstream6_12<A>>},
    {"mm-id", Form::sound, &operationsOf<MmId<A>>},
    {"mm-id-nopagemapcount", Form::sound, &operationsOf<MmIdNoPageMapcount<A>>},
    {"mm-id-mapped-pages", Form::sound, &operationsOf<MmIdMappedPages<A>>},
    {"mthp-reuse", Form::sound, &operationsOf<MthpReuse<A>>},
    {"mthp-reuse:set=batch", Form::sound, &operationsOf<MthpReuse<A, ReusedEntries::atOnce>>},
    {"mm-id:copy=2", Form::sound, &operationsOf<CopyAround<MmId<A>, 2>>},
    {"mm-id:copy=4", Form::sound, &operationsOf<CopyAround<MmId<A>, 4>>},
    {"mm-id:copy=8", Form::sound, &operationsOf<CopyAround<MmId<A>, 8>>},
    {"mm-id:copy=16", Form::sound, &operationsOf<CopyAround<MmId<A>, 16>>},
}};

template struct OtherSchemes<BuildAccess>;

}  // namespace folio::model
