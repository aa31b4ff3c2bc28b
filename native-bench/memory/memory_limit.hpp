// How much memory may be used without taking the machine, or the control group, down.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/result.hpp"

namespace folio {

// What a control group says about memory. Absent where there is no limit, or no control group.
struct CgroupMemory {
  std::string path;
  std::optional<std::uint64_t> maxBytes;  // the tightest limit on the way to the root
  std::optional<std::uint64_t>
      currentBytes;  // use of the group with the tightest limit, or of this process's group
  std::optional<std::uint64_t> freeBytes;  // the least room on the way to the root
};

// Where the group of this process that a controller ("memory", "cpu") sees is kept in the file
// system; version 1 and 2.
struct CgroupPlace {
  int version = 2;
  std::string path;        // of the group, as /proc/self/cgroup names it
  std::string mountPoint;  // directory of the hierarchy
  std::string relative;    // the group's directory below it
};

// From the texts of /proc/self/cgroup and /proc/self/mountinfo.
std::optional<CgroupPlace> findCgroup(std::string_view cgroup, std::string_view mountinfo,
                                      std::string_view controller);
// The same on this machine; `root` is put before every path.
std::optional<CgroupPlace> findCgroup(const std::string& root, std::string_view controller);

// `root` is put before every path.
CgroupMemory readCgroupMemory(const std::string& root = {});

// Error `not-enough-memory` when `bytes` exceed what the machine and the control group have to
// give.
Result<Done> requireMemory(std::uint64_t bytes);

// Error `unsupported` when a process may not have so many mappings beside its own.
Result<Done> requireMappings(std::uint64_t count);

// Error `unsupported` when `bytes` exceed the swap that is free.
Result<Done> requireSwap(std::uint64_t bytes);

// a + b and a * b, or the largest number where the result would exceed it: sizes come from outside.
std::uint64_t saturatingAdd(std::uint64_t a, std::uint64_t b);
std::uint64_t saturatingMultiply(std::uint64_t a, std::uint64_t b);

}  // namespace folio
