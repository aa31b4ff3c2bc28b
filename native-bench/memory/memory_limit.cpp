#include "memory/memory_limit.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "harness/text_file.hpp"

namespace folio {

namespace {

// Version 1 says "no limit" as the largest multiple of a page; no machine has half of that.
constexpr std::uint64_t unlimitedFrom = 1ull << 62;

bool hasController(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (list.substr(0, comma) == name) return true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

struct Mount {
  std::string root, mountPoint;
};

// mountinfo: "36 35 98:0 /root /mount/point options … - type source superoptions" (proc(5)).
std::optional<Mount> findMount(std::string_view mountinfo, int version,
                               std::string_view controller) {
  for (const std::string_view line : splitLines(mountinfo)) {
    const auto words = splitWords(line);
    const auto dash = std::ranges::find(words, "-");
    if (words.size() < 6 || std::distance(dash, words.end()) < 4) continue;
    const std::string_view type = dash[1];
    const bool matches =
        version == 2 ? type == "cgroup2" : type == "cgroup" && hasController(dash[3], controller);
    if (matches) return Mount{std::string(words[3]), std::string(words[4])};
  }
  return std::nullopt;
}

// The group's directory below a mount that shows the hierarchy from `root` on.
std::string belowRoot(std::string_view path, std::string_view root) {
  if (root == "/") return std::string(path == "/" ? "" : path);
  if (path == root) return "";
  if (path.starts_with(root) && path[root.size()] == '/')
    return std::string(path.substr(root.size()));
  return "";  // outside of what is mounted here: the mount's own group is the nearest one known
}

struct Files {
  const char *max, *current, *inactiveFile;
};

Files filesOf(int version) {
  return version == 2
             ? Files{"/memory.max", "/memory.current", "inactive_file"}
             : Files{"/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_inactive_file"};
}

// Takes the limit of one group on the way to the root into account.
void tighten(CgroupMemory& memory, const std::string& directory, const Files& files) {
  const auto max = readNumber(directory + files.max);  // "max" is not a number: no limit
  const auto current = readNumber(directory + files.current);
  if (!max || !current || *max >= unlimitedFrom) return;
  // Page cache that was not used lately is given up before anything is refused.
  const auto statistics = readTextFile(directory + "/memory.stat");
  const std::uint64_t reclaimable =
      statistics ? numberField(*statistics, files.inactiveFile).value_or(0) : 0;
  const std::uint64_t used = *current - std::min(*current, reclaimable);
  const std::uint64_t room = *max - std::min(*max, used);
  memory.freeBytes = std::min(room, memory.freeBytes.value_or(room));
  if (!memory.maxBytes || *max < *memory.maxBytes) {
    memory.maxBytes = max;
    memory.currentBytes = current;
  }
}

}  // namespace

std::optional<CgroupPlace> findCgroup(std::string_view cgroup, std::string_view mountinfo,
                                      std::string_view controller) {
  // Lines are "ID:CONTROLLERS:PATH"; version 2 has the one line "0::PATH". Where a version 1
  // hierarchy has the memory controller, version 2 has not.
  std::optional<CgroupPlace> found;
  for (const std::string_view line : splitLines(cgroup)) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const bool isVersion1 = hasController(controllers, controller);
    if (!isVersion1 && (!controllers.empty() || found)) continue;
    const int version = isVersion1 ? 1 : 2;
    const auto mount = findMount(mountinfo, version, controller);
    if (!mount) continue;
    const std::string path(line.substr(second + 1));
    found = CgroupPlace{version, path, mount->mountPoint, belowRoot(path, mount->root)};
  }
  return found;
}

std::optional<CgroupPlace> findCgroup(const std::string& root, std::string_view controller) {
  const auto cgroup = readTextFile(root + "/proc/self/cgroup");
  const auto mountinfo = readTextFile(root + "/proc/self/mountinfo");
  if (!cgroup || !mountinfo) return std::nullopt;
  return findCgroup(*cgroup, *mountinfo, controller);
}

CgroupMemory readCgroupMemory(const std::string& root) {
  const auto place = findCgroup(root, "memory");
  if (!place) return {};
  const Files files = filesOf(place->version);
  const std::string hierarchy = root + place->mountPoint;
  CgroupMemory memory{.path = place->path, .maxBytes = {}, .currentBytes = {}, .freeBytes = {}};
  memory.currentBytes = readNumber(hierarchy + place->relative + files.current);
  for (std::string relative = place->relative;; relative.erase(relative.rfind('/'))) {
    tighten(memory, hierarchy + relative, files);
    if (relative.empty()) return memory;
  }
}

Result<Done> requireMemory(std::uint64_t bytes) {
  const auto meminfo = readTextFile("/proc/meminfo");
  const auto availableKib = meminfo ? numberField(*meminfo, "MemAvailable") : std::nullopt;
  if (!availableKib)
    return Error{"failed", "/proc/meminfo does not tell MemAvailable: is /proc mounted?"};
  const std::uint64_t available = *availableKib * 1024;
  if (bytes > available) {
    return Error{"not-enough-memory",
                 "this needs " + std::to_string(bytes) + " bytes of memory at its peak and " +
                     std::to_string(available) + " are available: choose a smaller region"};
  }
  const CgroupMemory cgroup = readCgroupMemory();
  if (cgroup.freeBytes && bytes > *cgroup.freeBytes) {
    return Error{"not-enough-memory", "this needs " + std::to_string(bytes) +
                                          " bytes of memory at its peak and the control group " +
                                          cgroup.path + " leaves " +
                                          std::to_string(*cgroup.freeBytes) +
                                          ": choose a smaller region or raise its limit"};
  }
  return Done{};
}

Result<Done> requireMappings(std::uint64_t count) {
  constexpr std::uint64_t ownMappings = 100;
  const std::uint64_t needed = saturatingAdd(count, ownMappings);
  const auto allowed = readNumber("/proc/sys/vm/max_map_count");
  if (!allowed || needed <= *allowed) return Done{};
  return Error{"unsupported", "this region needs " + std::to_string(needed) +
                                  " mappings and vm.max_map_count is " + std::to_string(*allowed) +
                                  ": raise it or choose a smaller region"};
}

Result<Done> requireSwap(std::uint64_t bytes) {
  const auto memory = readTextFile("/proc/meminfo").value_or("");
  const std::uint64_t freeBytes = numberField(memory, "SwapFree").value_or(0) * 1024;
  if (bytes <= freeBytes) return Done{};
  const std::string wanted = "this needs " + std::to_string(bytes) + " bytes of swap, and ";
  if (numberField(memory, "SwapTotal").value_or(0) == 0)
    return Error{"unsupported",
                 wanted + "this kernel has none: switch a swap device or zram on (swapon)"};
  return Error{"unsupported", wanted + std::to_string(freeBytes) +
                                  " are free: choose a smaller region or add swap"};
}

std::uint64_t saturatingAdd(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

std::uint64_t saturatingMultiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max()
                                                : product;
}

}  // namespace folio
