// thp, numa, memory, cgroup, ksm, kpageflagsReadable.
#include <sys/statvfs.h>

#include "agent/facts/facts.hpp"
#include "harness/text_file.hpp"
#include "memory/memory_limit.hpp"
#include "memory/page_frames.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// How this process sees /sys, where everything that is to be changed lies: containers show it
// read-only, or not.
std::string sysfsState(const MachineFiles& files) {
  struct statvfs status {};
  if (!files.exists("/sys/kernel") || statvfs(files.pathOf("/sys/kernel").c_str(), &status) != 0)
    return "missing";
  return (status.f_flag & ST_RDONLY) != 0 ? "read-only" : "writable";
}

void writeThp(JsonWriter& json, const MachineFiles& files) {
  json.key("thp").beginObject();
  json.member("enabled", files.choice(thpDirectory + "/enabled"));
  json.member("defrag", files.choice(thpDirectory + "/defrag"));
  json.member("shmem", files.choice(thpDirectory + "/shmem_enabled"));
  json.member("khugepagedDefrag", files.text(thpDirectory + "/khugepaged/defrag"));
  json.member("zeroPage", files.text(thpDirectory + "/use_zero_page"));
  json.member("disabledForProcess", thpDisabledForProcess());
  json.key("sizes").beginArray();
  for (const FolioSize& size : folioSizes(files.pathOf(thpDirectory))) {
    json.beginObject()
        .member("folioBytes", size.folioBytes)
        .member("enabled", size.enabled)
        .endObject();
  }
  json.endArray().endObject();
}

// "Node 0 MemTotal:  24618584 kB" of a node's meminfo.
OptionalNumber nodeMemoryBytes(const OptionalText& meminfo) {
  if (!meminfo) return std::nullopt;
  for (const std::string_view line : splitLines(*meminfo)) {
    const auto words = splitWords(line);
    if (words.size() < 4 || words[2] != "MemTotal:") continue;
    const auto kib = parseNumber(words[3]);
    if (kib) return *kib * 1024;
  }
  return std::nullopt;
}

void writeNuma(JsonWriter& json, const MachineFiles& files) {
  const std::string directory = "/sys/devices/system/node";
  json.key("numa").beginObject().key("nodes").beginArray();
  for (const std::uint64_t node : files.numbered(directory, "node")) {
    const std::string path = directory + "/node" + std::to_string(node);
    const auto bytes = nodeMemoryBytes(files.text(path + "/meminfo"));
    if (!bytes) continue;
    // A node of memory alone has an empty list of CPUs.
    json.beginObject()
        .member("node", node)
        .member("cpus", files.text(path + "/cpulist").value_or(""));
    json.member("memoryBytes", *bytes).endObject();
  }
  json.endArray().member("balancing", files.text("/proc/sys/kernel/numa_balancing")).endObject();
}

void writeMemory(JsonWriter& json, const MachineFiles& files) {
  const std::string meminfo = files.text("/proc/meminfo").value_or("");
  const auto bytesOf = [&meminfo](std::string_view name) -> OptionalNumber {
    const auto kib = numberField(meminfo, name);
    if (!kib) return std::nullopt;
    return *kib * 1024;
  };
  json.key("memory").beginObject();
  json.member("totalBytes", bytesOf("MemTotal")).member("availableBytes", bytesOf("MemAvailable"));
  json.member("swapTotalBytes", bytesOf("SwapTotal")).member("swapFreeBytes", bytesOf("SwapFree"));
  json.member("overcommit", files.text("/proc/sys/vm/overcommit_memory")).endObject();
}

// Quota and period in microseconds as version 2 writes them: "200000 100000", "max 100000". Version
// 1 keeps them in two files and has no quota as -1. The root group has no such files.
OptionalText readCpuMax(const MachineFiles& files) {
  const auto place = findCgroup(files.pathOf(""), "cpu");
  if (!place) return std::nullopt;
  const std::string directory = place->mountPoint + place->relative;
  if (place->version == 2) return files.text(directory + "/cpu.max");
  const auto quota = files.text(directory + "/cpu.cfs_quota_us");
  const auto period = files.text(directory + "/cpu.cfs_period_us");
  if (!quota || !period) return std::nullopt;
  return (*quota == "-1" ? "max" : *quota) + ' ' + *period;
}

void writeCgroup(JsonWriter& json, const MachineFiles& files) {
  const CgroupMemory memory = readCgroupMemory(files.pathOf(""));
  json.key("cgroup").beginObject();
  json.member("path", memory.path.empty() ? OptionalText() : memory.path);
  json.member("memoryMaxBytes", memory.maxBytes).member("memoryCurrentBytes", memory.currentBytes);
  json.member("cpuMax", readCpuMax(files)).endObject();
}

}  // namespace

void writeMemoryFacts(JsonWriter& json, const MachineFiles& files) {
  json.member("sysfs", sysfsState(files));
  writeThp(json, files);
  writeNuma(json, files);
  writeMemory(json, files);
  writeCgroup(json, files);
  json.key("ksm").beginObject().member("run", files.number("/sys/kernel/mm/ksm/run")).endObject();
  json.member("kpageflagsReadable", pageFlagsReadable());
}

}  // namespace folio
