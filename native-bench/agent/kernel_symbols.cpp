#include "agent/kernel_symbols.hpp"

#include <algorithm>
#include <charconv>

#include "harness/text_file.hpp"

namespace folio {

namespace {

// Symbols of code: global, local and weak ones.
bool isFunction(std::string_view type) {
  return type == "T" || type == "t" || type == "W" || type == "w";
}

}  // namespace

KernelSymbols::KernelSymbols(std::string_view text) {
  for (const std::string_view line : splitLines(text)) {
    // "ffffffff81000000 T _stext", and for a module its name in brackets behind.
    const auto words = splitWords(line);
    if (words.size() < 3 || !isFunction(words[1])) continue;
    std::uint64_t address = 0;
    const char* const end = words[0].data() + words[0].size();
    if (std::from_chars(words[0].data(), end, address, 16).ptr != end || address == 0) continue;
    symbols_.push_back({address, std::string(words[2])});
  }
  // Of several names of one address the first that the kernel lists is kept.
  std::ranges::stable_sort(symbols_, {}, &Symbol::address);
}

Result<KernelSymbols> KernelSymbols::read() {
  const auto text = readTextFile("/proc/kallsyms");
  KernelSymbols symbols(text.value_or(std::string()));
  if (!symbols.symbols_.empty()) return symbols;
  return Error{
      "not-permitted",
      "the kernel hides the addresses of its functions (/proc/kallsyms) from this process"};
}

std::string_view KernelSymbols::nameAt(std::uint64_t address) const {
  auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
  if (after == symbols_.begin()) return {};
  const std::uint64_t start = std::prev(after)->address;
  return std::ranges::lower_bound(symbols_, start, {}, &Symbol::address)->name;
}

}  // namespace folio
