// kernel, aslr, perfEventParanoid.
#include <sys/utsname.h>

#include <algorithm>
#include <array>

#include "agent/facts/facts.hpp"
#include "agent/facts/gzip.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

// Options that change what the benchmarks measure: the accounting itself, page-table handling,
// scheduling, mitigations, and debugging aids that cost time. A name that ends in "_" stands for
// all that begin with it.
constexpr std::array<std::string_view, 46> wantedOptions{"CONFIG_TRANSPARENT_HUGEPAGE",
                                                         "CONFIG_TRANSPARENT_HUGEPAGE_",
                                                         "CONFIG_PAGE_MAPCOUNT",
                                                         "CONFIG_NO_PAGE_MAPCOUNT",
                                                         "CONFIG_MM_ID",
                                                         "CONFIG_RMAP_ID",
                                                         "CONFIG_SPLIT_PTE_PTLOCKS",
                                                         "CONFIG_SPLIT_PMD_PTLOCKS",
                                                         "CONFIG_PER_VMA_LOCK",
                                                         "CONFIG_LRU_GEN",
                                                         "CONFIG_LRU_GEN_ENABLED",
                                                         "CONFIG_MEMCG",
                                                         "CONFIG_KSM",
                                                         "CONFIG_NUMA",
                                                         "CONFIG_NUMA_BALANCING",
                                                         "CONFIG_SWAP",
                                                         "CONFIG_COMPACTION",
                                                         "CONFIG_PAGE_REPORTING",
                                                         "CONFIG_PREEMPT",
                                                         "CONFIG_PREEMPT_",
                                                         "CONFIG_HZ",
                                                         "CONFIG_NO_HZ_FULL",
                                                         "CONFIG_SMP",
                                                         "CONFIG_NR_CPUS",
                                                         "CONFIG_MITIGATION_PAGE_TABLE_ISOLATION",
                                                         "CONFIG_PAGE_TABLE_ISOLATION",
                                                         "CONFIG_CPU_MITIGATIONS",
                                                         "CONFIG_SPECULATION_MITIGATIONS",
                                                         "CONFIG_ARM64_CONTPTE",
                                                         "CONFIG_INIT_ON_ALLOC_DEFAULT_ON",
                                                         "CONFIG_INIT_ON_FREE_DEFAULT_ON",
                                                         "CONFIG_HARDENED_USERCOPY",
                                                         "CONFIG_SHUFFLE_PAGE_ALLOCATOR",
                                                         "CONFIG_DEBUG_VM",
                                                         "CONFIG_DEBUG_VM_",
                                                         "CONFIG_DEBUG_PAGEALLOC",
                                                         "CONFIG_DEBUG_LIST",
                                                         "CONFIG_PAGE_OWNER",
                                                         "CONFIG_PAGE_POISONING",
                                                         "CONFIG_PAGE_TABLE_CHECK",
                                                         "CONFIG_KASAN",
                                                         "CONFIG_KCSAN",
                                                         "CONFIG_PROVE_LOCKING",
                                                         "CONFIG_LOCK_STAT",
                                                         "CONFIG_FUNCTION_TRACER",
                                                         "CONFIG_CC_VERSION_TEXT"};

bool isWanted(std::string_view option) {
  return std::ranges::any_of(wantedOptions, [option](std::string_view wanted) {
    return wanted.ends_with('_') ? option.starts_with(wanted) : option == wanted;
  });
}

// Where distributions keep it; a kernel that carries its own is asked first.
OptionalText readConfig(const MachineFiles& files, const std::string& release) {
  constexpr std::size_t mostBytes = 4 << 20;  // configurations have about 300 kB
  if (const auto packed = readTextFile(files.pathOf("/proc/config.gz"))) {
    if (auto config = unpackGzip(*packed, mostBytes)) return config;
  }
  for (const std::string& path :
       {"/boot/config-" + release, "/lib/modules/" + release + "/config"}) {
    if (auto config = files.text(path)) return config;
  }
  return std::nullopt;
}

void writeConfig(JsonWriter& json, std::string_view config) {
  constexpr std::string_view comment = "# ";
  constexpr std::string_view notSet = " is not set";
  for (std::string_view line : splitLines(config)) {
    std::string_view name;
    std::string_view value;
    if (line.starts_with(comment) && line.ends_with(notSet)) {
      name = line.substr(comment.size(), line.size() - comment.size() - notSet.size());
      value = "n";
    } else if (const auto equals = line.find('='); equals != std::string_view::npos) {
      name = line.substr(0, equals);
      value = line.substr(equals + 1);
    }
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (isWanted(name)) json.member(name, value);
  }
}

}  // namespace

void writeKernelFacts(JsonWriter& json, const MachineFiles& files) {
  utsname name{};
  uname(&name);
  json.key("kernel").beginObject();
  json.member("release", name.release)
      .member("version", name.version)
      .member("architecture", name.machine);
  json.member("commandLine", files.text("/proc/cmdline"));
  json.key("config").beginObject();
  if (const auto config = readConfig(files, name.release)) writeConfig(json, *config);
  json.endObject().endObject();
  json.member("aslr", files.number("/proc/sys/kernel/randomize_va_space"));
  // -1 permits everything.
  const auto paranoid = files.text("/proc/sys/kernel/perf_event_paranoid");
  const bool isNegative = paranoid && paranoid->starts_with('-');
  const auto level =
      paranoid ? parseNumber(std::string_view(*paranoid).substr(isNegative ? 1 : 0)) : std::nullopt;
  if (level) {
    json.member("perfEventParanoid", isNegative ? -static_cast<std::int64_t>(*level)
                                                : static_cast<std::int64_t>(*level));
  } else {
    json.key("perfEventParanoid").null();
  }
}

}  // namespace folio
