// Names of the running kernel's functions by address, as /proc/kallsyms shows them to root.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.hpp"

namespace folio {

class KernelSymbols {
 public:
  // From the text of /proc/kallsyms.
  explicit KernelSymbols(std::string_view text);
  // Error `not-permitted` when addresses are hidden from this process.
  static Result<KernelSymbols> read();

  // The function that the address is in; empty below the first and where no symbol covers it.
  std::string_view nameAt(std::uint64_t address) const;

 private:
  struct Symbol {
    std::uint64_t address;
    std::string name;
  };
  std::vector<Symbol> symbols_;  // ascending
};

}  // namespace folio
