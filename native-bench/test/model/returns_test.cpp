// What the measured objects are made of, by their disassembly: each kind returns as it claims and
// no other way.
#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.hpp"

namespace folio::model::test {
namespace {

std::string outputOf(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 1 << 16> block;
  while (const std::size_t length = fread(block.data(), 1, block.size(), pipe.get()))
    output.append(block.data(), length);
  return output;
}

struct Function {
  std::uint64_t returns = 0;       // return instructions
  std::uint64_t thunkReturns = 0;  // jumps to the thunk
  std::uint64_t siblingCalls = 0;  // jumps to another function, which would return in its place
};

struct Disassembly {
  std::map<std::string, Function> functions;  // but for the thunk and its routine
  Function thunk;
};

bool isThunk(const std::string& name) {
  return name == "folio_return_thunk" || name == "drop_and_return";
}

// "jmp 1f40 <name>"; within a function objdump names a place as "<name+0x12>".
bool isStartOfAnother(std::string_view instruction, std::string_view current) {
  const std::size_t begin = instruction.find('<');
  if (begin == std::string_view::npos) return false;
  const std::string_view target = instruction.substr(begin + 1, instruction.find('>') - begin - 1);
  return target.find('+') == std::string_view::npos && target != current;
}

// "0000000000000040 <name>:" begins a function; "  44:\tret" is an instruction, "\t\t\t45:
// R_X86_64_PC32\tname-0x4" where the jump or call in front of it goes.
Disassembly disassemble(const std::string& object) {
  Disassembly result;
  Function* function = nullptr;
  std::string current;
  bool wasSiblingCall = false;
  std::istringstream lines(outputOf(FOLIO_OBJDUMP " -dr --no-show-raw-insn " + object));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t name = line.find(" <");
    if (line.ends_with(">:") && name != std::string::npos && line[0] != ' ') {
      const std::string called = line.substr(name + 2, line.size() - name - 4);
      current = called;
      function = isThunk(called) ? &result.thunk : &result.functions[called];
      continue;
    }
    if (function == nullptr) continue;
    if (line.find("R_X86_64_PC32\tfolio_return_thunk") != std::string::npos) {
      ++function->thunkReturns;
      // Until it is linked such a jump leads to what lies behind it, where another function may
      // begin.
      if (wasSiblingCall) --function->siblingCalls;
      wasSiblingCall = false;
      continue;
    }
    const std::size_t tab = line.find('\t');
    if (!line.starts_with(' ') || tab == std::string::npos) continue;
    const std::string_view instruction = std::string_view(line).substr(tab + 1);
    if (instruction.starts_with("ret") || instruction.starts_with("repz ret")) ++function->returns;
    // Within one section the assembler resolves the jump, and objdump names its target.
    if (instruction.starts_with("jmp") &&
        instruction.find("<folio_return_thunk>") != std::string_view::npos)
      ++function->thunkReturns;
    wasSiblingCall = instruction.starts_with("jmp") &&
                     instruction.find("<folio_return_thunk>") == std::string_view::npos &&
                     isStartOfAnother(instruction, current);
    if (wasSiblingCall) ++function->siblingCalls;
  }
  return result;
}

// Each object once: it takes seconds.
const Disassembly& objectOf(std::string_view kind) {
  static std::map<std::string, Disassembly, std::less<>> known;
  const auto found = known.find(kind);
  if (found != known.end()) return found->second;
  const std::string object = std::string(FOLIO_RETURNS_DIRECTORY "/").append(kind).append(".o");
  return known.emplace(kind, disassemble(object)).first->second;
}

// What contradicts the claim that these functions return as the kind does.
std::vector<std::string> contradictions(const Disassembly& disassembly, bool isPlain) {
  std::vector<std::string> found;
  std::uint64_t returns = 0;
  for (const auto& [name, function] : disassembly.functions) {
    if ((isPlain ? function.thunkReturns : function.returns) != 0) found.push_back(name);
    if (function.siblingCalls != 0)
      found.push_back(name + " leaves its return to another function");
    returns += isPlain ? function.returns : function.thunkReturns;
  }
  if (returns == 0) found.push_back("nothing returns");
  if ((disassembly.thunk.returns == 0) != isPlain) found.push_back("the thunk");
  return found;
}

std::set<std::string> namesOf(const Disassembly& disassembly) {
  std::set<std::string> names;
  for (const auto& [name, function] : disassembly.functions) names.insert(name);
  return names;
}

TEST_CASE("each kind returns as it claims, and all hold the same functions") {
  const Disassembly& plain = objectOf("plain");
  CHECK(plain.functions.size() > 100);
  for (const ReturnKind& kind : returnKinds()) {
    CAPTURE(std::string(kind.name));
    const Disassembly& disassembly = objectOf(kind.name);
    CHECK(contradictions(disassembly, kind.name == "plain") == std::vector<std::string>{});
    REQUIRE(namesOf(disassembly) == namesOf(plain));
    std::vector<std::string> different;
    for (const auto& [name, function] : plain.functions)
      if (disassembly.functions.at(name).returns + disassembly.functions.at(name).thunkReturns !=
          function.returns)
        different.push_back(name);
    CHECK(different == std::vector<std::string>{});
  }
}

TEST_CASE("objects of another kind are found out") {
  CHECK_FALSE(contradictions(objectOf("plain"), false).empty());
  CHECK_FALSE(contradictions(objectOf("safe-ret"), true).empty());
}

}  // namespace
}  // namespace folio::model::test
