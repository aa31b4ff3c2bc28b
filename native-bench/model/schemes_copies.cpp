#include "schemes_copies.hpp"

#include "schemes/batch.hpp"
#include "schemes/precomputed_values.hpp"

namespace folio::model {

namespace {

// Another type than the one it is derived from, so that everything built on it is compiled again.
template <class Access, class Word, ExclusiveWriter variant>
class CopiedSeqcount : public AtomicSeqcount<Access, Word, variant> {};

using BatchCopy = Tracking<Measured, batchOptions, CopiedSeqcount>;
using PrecomputedValuesCopy = Tracking<Measured, precomputedValuesOptions, CopiedSeqcount>;

}  // namespace

const SchemeOperations* findCopy(std::string_view original) {
  if (original == "batch") return &operationsOf<BatchCopy>;
  if (original == "123") return &operationsOf<PrecomputedValuesCopy>;
  return nullptr;
}

}  // namespace folio::model
