#include "model/runner/schemes_copies.hpp"

#include "model/runner/registry.hpp"
#include "model/schemes/batch.hpp"
#include "model/schemes/precomputed_values.hpp"

namespace folio::model {

namespace {

// Another type than the one it is derived from, so that everything built on it is compiled again.
template <class Access, class Word, ExclusiveWriter variant>
class CopiedSeqcount : public AtomicSeqcount<Access, Word, variant> {};

template <class A>
using BatchCopy = Tracking<A, batchOptions, CopiedSeqcount>;
template <class A>
using PrecomputedValuesCopy = Tracking<A, precomputedValuesOptions, CopiedSeqcount>;

}  // namespace

template <class A>
const SchemeOperations* findCopy(std::string_view original) {
  if (original == "batch") return &operationsOf<BatchCopy<A>>;
  if (original == "123") return &operationsOf<PrecomputedValuesCopy<A>>;
  return nullptr;
}

template const SchemeOperations* findCopy<BuildAccess>(std::string_view original);

}  // namespace folio::model
