#include "available_memory.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "harness/text_file.hpp"

namespace folio::model {

namespace {

// Limits of the unified hierarchy from the process's group up to the root; a limit of an outer group binds as well.
std::uint64_t leftInControlGroups() {
    std::uint64_t left = std::numeric_limits<std::uint64_t>::max();
    const std::string membership = readTrimmed("/proc/self/cgroup").value_or("");
    for (const std::string_view line : splitLines(membership)) {
        if (!line.starts_with("0::")) continue;
        std::string group(line.substr(3));
        for (;;) {
            const std::string directory = "/sys/fs/cgroup" + group;
            const auto limit = readNumber(directory + "/memory.max"); // "max" is no number: no limit
            const auto used = readNumber(directory + "/memory.current");
            if (limit && used) left = std::min(left, *limit > *used ? *limit - *used : 0);
            const std::size_t slash = group.rfind('/');
            if (slash == std::string::npos || group == "/") break;
            group.resize(slash);
        }
    }
    return left;
}

} // namespace

std::uint64_t availableMemoryBytes() {
    const std::string meminfo = readTextFile("/proc/meminfo").value_or("");
    const auto kibibytes = numberField(meminfo, "MemAvailable");
    const std::uint64_t available = kibibytes ? *kibibytes * 1024 : std::numeric_limits<std::uint64_t>::max();
    return std::min(available, leftInControlGroups());
}

} // namespace folio::model
