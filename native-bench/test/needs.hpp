// What a test needs of the machine. Where that is not there, the test counts as skipped, and it is said why.
#pragma once

#include <doctest/doctest.h>

#include <cstdio>

namespace folio {

// A decorator: TEST_CASE("…" * needs(hasHugePages(), "huge pages")).
inline doctest::skip needs(bool isThere, const char* what) {
  if (!isThere) std::printf("[skipped] a test that needs %s\n", what);
  return doctest::skip(!isThere);
}

}  // namespace folio
