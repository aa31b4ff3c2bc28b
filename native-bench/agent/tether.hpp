// Ties a program that knows nothing of the agent to the process that started it.
#pragma once

#include <span>

namespace folio {

// `words`: the process id of the caller, then the program and its arguments. Becomes that program,
// which the kernel kills as soon as the caller ends, however that ends. Returns, with an exit
// status, only when that fails.
int tether(std::span<char*> words);

}  // namespace folio
