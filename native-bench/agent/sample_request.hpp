// `request=sample` as a typed value.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "agent/request_line.hpp"
#include "harness/result.hpp"
#include "harness/sample.hpp"
#include "host/benchmark.hpp"
#include "model/model.hpp"

namespace folio {

// Limits of what can be asked for. A region above the first exceeds the address space of every
// machine; more tasks than the second cannot hold their pipes open.
constexpr std::uint64_t maxSizeBytes = 1ull << 46;
constexpr std::uint64_t maxTasks = 4096;
constexpr std::uint64_t maxReaders = 4096;

struct HostRequest {
  const Benchmark* benchmark;
  Case what;
};

using SampleRequest = std::variant<HostRequest, model::ModelCase>;

// Every value checked, as far as that needs no system call but reading which CPUs there are.
Result<SampleRequest> parseSampleRequest(const Words& words);

// `request=phone` as a typed value: the keys `target`, `size` and `folio`, and of the model
// `scheme`.
struct PhoneRequest {
  std::optional<std::string> scheme;  // nothing: the running kernel
  std::uint64_t size;
  std::uint64_t folio;
};
Result<PhoneRequest> parsePhoneRequest(const Words& words);

// "any" is no CPUs; otherwise numbers between commas, each of a CPU that this process may run on.
Result<std::vector<int>> parseCpus(std::string_view text);

}  // namespace folio
