// Latencies of the instructions that writers use, as the accesses of the schemes compile to them.
#include "model/cost/latencies.hpp"

#include <cstdint>

#include "model/cost/counting.hpp"
#include "model/cost/repeated_timing.hpp"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace folio::model {

namespace {

constexpr std::uint32_t operations =
    100'000;  // below a millisecond: few repetitions meet a timer tick

#if defined(__x86_64__) || defined(__i386__)
constexpr std::string_view atomicAdd = "lock add";
constexpr std::string_view atomicAddReturn = "lock xadd";
constexpr std::string_view compareAndExchange = "lock cmpxchg";
#else
constexpr std::string_view atomicAdd = "atomic add";
constexpr std::string_view atomicAddReturn = "atomic add-return";
constexpr std::string_view compareAndExchange = "compare-and-exchange";
#endif

// For the compiler a use of the value, which keeps it from choosing the form without a result.
template <class T>
void use(T value) {
  asm volatile("" ::"r"(value));
}

template <class Instruction>
Latency latencyOf(std::string_view name, Instruction instruction) {
  alignas(64) std::uint64_t word = 0;
  return {name, medianNs(operations, [&] {
            for (std::uint32_t i = 0; i < operations; ++i) instruction(word);
          })};
}

#if defined(__aarch64__)
// Stores may be executed far away, at the interconnect; forms with a result are executed near.
void addLseLatencies(std::vector<Latency>& latencies) {
  constexpr unsigned long hasLse = 1 << 8;  // HWCAP_ATOMICS
  if ((getauxval(AT_HWCAP) & hasLse) == 0) return;
  constexpr std::uint64_t one = 1;
  latencies.push_back(latencyOf("stadd", [](std::uint64_t& word) {
    asm volatile(".arch_extension lse\n\tstadd %1, %0" : "+Q"(word) : "r"(one));
  }));
  latencies.push_back(latencyOf("ldadd", [](std::uint64_t& word) {
    std::uint64_t before;
    asm volatile(".arch_extension lse\n\tldadd %2, %1, %0" : "+Q"(word), "=r"(before) : "r"(one));
  }));
  latencies.push_back(latencyOf("cas", [seen = std::uint64_t{0}](std::uint64_t& word) mutable {
    std::uint64_t expected = seen++;
    asm volatile(".arch_extension lse\n\tcas %1, %2, %0" : "+Q"(word), "+r"(expected) : "r"(seen));
  }));
}
#endif

}  // namespace

std::vector<Latency> measureLatencies() {
  using A = Measured;
  std::vector<Latency> latencies{
      latencyOf("plain add", [](std::uint64_t& word) { A::plainAdd(word, 1); }),
      latencyOf(atomicAdd, [](std::uint64_t& word) { A::add<Rmw::mapping>(word, 1); }),
      latencyOf(atomicAddReturn,
                [](std::uint64_t& word) { use(A::addReturnRelaxed<Rmw::mapping>(word, 1)); }),
      latencyOf(compareAndExchange,
                [seen = std::uint64_t{0}](std::uint64_t& word) mutable {
                  if (A::compareExchange<Rmw::mapping>(word, seen, seen + 1)) ++seen;
                }),
  };
#if defined(__aarch64__)
  addLseLatencies(latencies);
#endif
  return latencies;
}

}  // namespace folio::model
