#include "model/runner/measured_schemes.hpp"

#include <array>

namespace folio::model {

extern "C" {
extern const SchemeSet folio_schemes_counting;
extern const SchemeSet folio_schemes_plain;
#ifdef FOLIO_MODEL_RETURN_THUNKS
extern const SchemeSet folio_schemes_safe_ret;
extern const SchemeSet folio_schemes_untrained;
extern const SchemeSet folio_schemes_stuffing;
extern const SchemeSet folio_schemes_aligned_thunk;
#endif
}

namespace {

constexpr std::array compilations{
    MeasuredSchemes{"plain", "as the compiler writes them", folio_schemes_plain},
#ifdef FOLIO_MODEL_RETURN_THUNKS
    MeasuredSchemes{"safe-ret",
                    "each mispredicted on purpose: AMD Zen 1 to 4 against Inception (SRSO)",
                    folio_schemes_safe_ret},
    MeasuredSchemes{"untrained", "all at one place: AMD Zen 1 and 2 against Retbleed",
                    folio_schemes_untrained},
    MeasuredSchemes{"stuffing", "calls and returns counted: Intel Skylake with retbleed=stuff",
                    folio_schemes_stuffing},
    MeasuredSchemes{"aligned-thunk",
                    "all at one place in the upper half of a cache line: Intel with ITS",
                    folio_schemes_aligned_thunk},
#endif
};

}  // namespace

const SchemeSet& countingSchemes() {
  return folio_schemes_counting;
}

std::span<const MeasuredSchemes> measuredSchemes() {
  return compilations;
}

const SchemeSet* findMeasuredSchemes(std::string_view returns) {
  for (const MeasuredSchemes& each : compilations)
    if (each.returns == returns) return &each.schemes;
  return nullptr;
}

}  // namespace folio::model
