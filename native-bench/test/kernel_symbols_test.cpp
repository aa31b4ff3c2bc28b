#include "agent/kernel_symbols.hpp"

#include <doctest/doctest.h>

using namespace folio;

TEST_CASE("an address is in the function that begins last before it") {
  const KernelSymbols symbols(
      "0000000000000000 A fixed\n"
      "ffffffff81000200 t second\n"
      "ffffffff81000000 T _stext\n"
      "ffffffff81000000 T first\n"
      "ffffffff81000100 d data\n"
      "ffffffffc0000000 t third\t[module]\n"
      "nonsense\nxyz T what\n");
  CHECK(symbols.nameAt(0xffffffff80ffffff) == "");
  CHECK(symbols.nameAt(0xffffffff81000000) == "_stext");
  CHECK(symbols.nameAt(0xffffffff810001ff) == "_stext");
  CHECK(symbols.nameAt(0xffffffff81000200) == "second");
  CHECK(symbols.nameAt(0xffffffffc0000010) == "third");
  CHECK(KernelSymbols("").nameAt(1) == "");
}
