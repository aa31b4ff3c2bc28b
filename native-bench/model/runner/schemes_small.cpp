// Instantiates the accounting of folios of one page for the eras of the schemes (specification M).
#include "model/runner/registry.hpp"
#include "model/schemes/small_folio.hpp"

namespace folio::model {

namespace {

using Options = SmallFolioOptions;

template <class A, Options options>
inline constexpr const SchemeOperations* small = &operationsOf<SmallFolio<A, options>>;

constexpr Options doubleMap{.hasAnonExclusive = false, .knowsShadowStacks = false};
constexpr Options doubleMapScan{
    .reuse = SmallReuse::onlyMapping, .hasAnonExclusive = false, .knowsShadowStacks = false};
constexpr Options beforeShadowStacks{.knowsShadowStacks = false};
constexpr Options baseline{};
constexpr Options series{.looksUpFolioToDuplicate = true};
constexpr Options upstream6_8{.folioLookupsToZap = 2};
constexpr Options upstream6_10{.folioLookupsToZap = 1};

}  // namespace

template <class A>
const SchemeOperations* findSmallScheme(std::string_view scheme) {
  if (scheme == "double-map") return small<A, doubleMap>;
  if (scheme == "double-map:reuse=scan") return small<A, doubleMapScan>;
  if (scheme == "vma-count" || scheme == "batch-zap") return small<A, beforeShadowStacks>;
  if (scheme == "baseline") return small<A, baseline>;
  if (scheme == "upstream-6.8" || scheme == "upstream-6.9") return small<A, upstream6_8>;
  if (scheme.starts_with("upstream-") || scheme.starts_with("mm-id") ||
      scheme.starts_with("mthp-reuse"))
    return small<A, upstream6_10>;
  return small<A, series>;  // stages from `mapcount` on, and what is made of their parts
}

template const SchemeOperations* findSmallScheme<BuildAccess>(std::string_view scheme);

}  // namespace folio::model
