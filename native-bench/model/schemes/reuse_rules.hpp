// Reuse checks at a write fault that look at references alone (specification C.5).
#pragma once

#include "model/memory/memmap.hpp"
#include "model/schemes/scheme.hpp"

namespace folio::model {

template <class A>
bool tryLockFolio(Folio folio) {
  return !A::template testAndSetAcquire<Rmw::flag>(flagsOf(*folio.head), flag::locked);
}

template <class A>
void unlockFolio(Folio folio) {
  A::template testAndClear<Rmw::flag>(flagsOf(*folio.head), flag::locked);
}

// v6.2 to about v6.8: a folio whose only reference is the faulting entry is reused. A PTE-mapped
// large folio gets there with its last page only.
template <class A>
Reuse reuseWhenOnlyReference(Folio folio) {
  if (A::load(folio.refcount()) > 1) return Reuse::no;
  if (!tryLockFolio<A>(folio)) return Reuse::no;
  const bool onlyReference = A::load(folio.refcount()) == 1;
  unlockFolio<A>(folio);
  return onlyReference ? Reuse::page : Reuse::no;
}

}  // namespace folio::model
