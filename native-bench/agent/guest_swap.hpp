// Swap in a virtual machine, for operations that swap out: a device of compressed memory (zram).
#pragma once

#include <cstdint>

#include "harness/result.hpp"

namespace folio {

// Switches on swap of so many bytes. A kernel without zram first gets the modules that lie in
// /modules, in the order of their names.
Result<Done> switchGuestSwapOn(std::uint64_t bytes);

}  // namespace folio
