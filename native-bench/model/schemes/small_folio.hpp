// A folio of one page, in every scheme: a mapcount in the page itself and nothing else
// (specification M). Eras differ by flags, by the rule of reuse, and by the calls around the
// accounting.
#pragma once

#include <cstdint>

#include "model/memory/kernel_calls.hpp"
#include "model/schemes/reuse_rules.hpp"
#include "model/schemes/scheme.hpp"

namespace folio::model {

enum class SmallReuse : std::uint8_t {
  onlyReference,  // C.5
  onlyMapping,    // v4.6 to v5.8 (A.3)
};

struct SmallFolioOptions {
  SmallReuse reuse = SmallReuse::onlyReference;
  bool hasAnonExclusive = true;
  bool knowsShadowStacks = true;
  unsigned folioLookupsToZap = 3;
  bool looksUpFolioToDuplicate = false;
};

template <class AccessType, SmallFolioOptions options>
class SmallFolio {
 public:
  using Access = AccessType;
  static constexpr SchemeTraits traits{
      .hasAnonExclusive = options.hasAnonExclusive,
      .knowsShadowStacks = options.knowsShadowStacks,
      .folioLookupsToZap = options.folioLookupsToZap,
      .looksUpFolioToDuplicate = options.looksUpFolioToDuplicate,
  };

  static void initialise(Folio folio) { count(folio) = -1; }
  static bool isAtInitialValues(Folio folio) { return A::load(count(folio)) == -1; }

  static void newEntire(Task& task, Folio folio, const Mm&) {
    A::store(count(folio), 0);
    ++task.statistics.anonMapped;
  }

  [[gnu::noinline]] static void addRange(Task& task, Folio folio, const Mm&, PageRange) {
    A::functionCalled();
    if (A::template incrementAndTest<Rmw::mapping>(count(folio)))
      Stats::change(task, &Statistics::anonMapped, 1);
  }
  [[gnu::noinline]] static void removeRange(Task& task, Folio folio, const Mm&, PageRange) {
    A::functionCalled();
    if (A::template decrementIsNegative<Rmw::mapping>(count(folio)))
      Stats::change(task, &Statistics::anonMapped, -1);
  }
  [[gnu::always_inline]] static void duplicateRange(Task&, Folio folio, const Mm&, PageRange) {
    A::template add<Rmw::mapping>(count(folio), 1);
  }

  // The entry of the page is the one that covers the folio.
  static void addEntire(Task& task, Folio folio, const Mm& mm) {
    addRange(task, folio, mm, {0, 1});
  }
  static void removeEntire(Task& task, Folio folio, const Mm& mm) {
    removeRange(task, folio, mm, {0, 1});
  }
  static void duplicateEntire(Task& task, Folio folio, const Mm& child) {
    duplicateRange(task, folio, child, {0, 1});
  }
  static void remapRange(Task&, Folio, const Mm&, PageRange) {}
  static void remapFinish(Task&, Folio, const Mm&) {}

  // An mm maps an anonymous page at most once.
  static Answer mappedShared(Folio folio, const Mm&) {
    return A::load(count(folio)) > 0 ? certainlyShared : certainlyExclusive;
  }

  static std::int32_t mapcount(Folio folio) { return A::load(count(folio)) + 1; }

  static Reuse reuse(Task&, Folio folio, Mm&, std::uint32_t) {
    if constexpr (options.reuse == SmallReuse::onlyReference) {
      return reuseWhenOnlyReference<A>(folio);
    } else {
      if (!tryLockFolio<A>(folio)) return Reuse::no;
      const bool single = A::load(count(folio)) <= 0;
      unlockFolio<A>(folio);
      return single ? Reuse::page : Reuse::no;
    }
  }

 private:
  using A = Access;
  using Stats = StatisticsCalls<A>;

  static std::int32_t& count(Folio folio) { return mapcountOf(*folio.head); }
};

}  // namespace folio::model
