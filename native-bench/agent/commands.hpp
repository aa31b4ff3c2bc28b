// Sub-commands for people. Each takes the words behind its name and returns the exit status: 0 only
// on success, 2 when it was called wrongly.
#pragma once

#include <span>

namespace folio {

constexpr int statusFailed = 1;
constexpr int statusMisused = 2;

int factsCommand(std::span<char*> words);
int listCommand(std::span<char*> words);
int runCommand(std::span<char*> words);
int selfTestCommand(std::span<char*> words);

}  // namespace folio
