// What a test needs of the machine. Where that is not there, the test is left out, and the output
// names it and says why: the summary of `npm test` reads that (build/test/outcome.mjs).
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>

#include "memory/thp_settings.hpp"

namespace folio {

// Whether this machine would have what is missing if it were set up for it. With CI=true that is a
// failure.
enum class Otherwise { impossibleHere, possibleHere };

// A decorator: TEST_CASE("…" * Needs(geteuid() == 0, "root")).
class Needs {
 public:
  Needs(bool isThere, const char* what, Otherwise otherwise = Otherwise::impossibleHere)
      : isThere_(isThere), what_(what), otherwise_(otherwise) {}

  void fill(doctest::detail::TestCase& test) const {
    if (isThere_ || test.m_skip) return;  // one reason is enough: the first
    test.m_skip = true;
    const char* const kind =
        otherwise_ == Otherwise::possibleHere ? "not run, though it could be" : "skipped";
    std::printf("[folio] %s: %s | needs %s\n", kind, test.m_name, what_);
  }

 private:
  bool isThere_;
  const char* what_;
  Otherwise otherwise_;
};

// The size of folios that one PMD entry maps, where this kernel gives them to whoever asks; 0
// otherwise.
inline std::uint64_t offeredPmdFolio() {
  const auto folio = pmdFolioBytes();
  return folio && requireFolioSize(*folio) ? *folio : 0;
}

inline Needs needsSystemCalls() {
  return Needs(access("/proc/self/syscall", R_OK) == 0,
               "a kernel that tells which system calls processes are in");
}

// Stands last, since it alone could be provided: a kernel that has them may have them switched off.
inline Needs needsHugePages() {
  return Needs(offeredPmdFolio() != 0, "huge pages that are switched on",
               pmdFolioBytes() ? Otherwise::possibleHere : Otherwise::impossibleHere);
}

}  // namespace folio
