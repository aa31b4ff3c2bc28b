// cpu, frequency, mitigations, isolation.
#include <set>

#include "agent/facts/facts.hpp"
#include "agent/facts/kernel_returns.hpp"
#include "harness/text_file.hpp"

namespace folio {

namespace {

const std::string cpuDirectory = "/sys/devices/system/cpu";

struct Topology {
  OptionalNumber sockets, cores, threads;
};

Topology readTopology(const MachineFiles& files) {
  std::set<std::uint64_t> sockets;
  std::set<std::pair<std::uint64_t, std::uint64_t>> cores;
  std::uint64_t threads = 0;
  for (const std::uint64_t cpu : files.numbered(cpuDirectory, "cpu")) {
    const std::string topology = cpuDirectory + "/cpu" + std::to_string(cpu) + "/topology";
    const auto socket = files.number(topology + "/physical_package_id");
    const auto core = files.number(topology + "/core_id");
    if (!core) continue;  // offline
    ++threads;
    sockets.insert(socket.value_or(0));
    cores.insert({socket.value_or(0), *core});
  }
  if (threads == 0) return {};
  return {sockets.size(), cores.size(), threads};
}

// "32K", "1024K", "33M".
OptionalNumber parseCacheSize(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const char unit = text.back();
  const std::uint64_t factor = unit == 'K' ? 1024 : unit == 'M' ? 1024 * 1024 : 1;
  const auto number = parseNumber(factor == 1 ? text : text.substr(0, text.size() - 1));
  if (!number) return std::nullopt;
  return *number * factor;
}

void writeCaches(JsonWriter& json, const MachineFiles& files) {
  const std::string caches = cpuDirectory + "/cpu0/cache";
  json.key("caches").beginArray();
  for (const std::uint64_t index : files.numbered(caches, "index")) {
    const std::string cache = caches + "/index" + std::to_string(index);
    const auto level = files.number(cache + "/level");
    const auto type = files.text(cache + "/type");
    const auto size = files.text(cache + "/size");
    const auto bytes = size ? parseCacheSize(*size) : std::nullopt;
    const auto shared = files.text(cache + "/shared_cpu_list");
    if (!level || !type || !bytes || !shared) continue;
    json.beginObject().member("level", *level).member("type", *type).member("bytes", *bytes);
    json.member("sharedCpus", *shared).endObject();
  }
  json.endArray();
}

OptionalText fieldText(std::string_view cpuinfo, std::string_view name) {
  const auto field = fieldOf(cpuinfo, name);
  if (!field || field->empty()) return std::nullopt;
  return std::string(*field);
}

// The names of x86 first, then those of Arm, which writes numbers in hexadecimal.
OptionalNumber fieldNumber(std::string_view cpuinfo, std::string_view x86, std::string_view arm) {
  if (const auto number = numberField(cpuinfo, x86)) return number;
  const auto field = fieldOf(cpuinfo, arm);
  if (!field) return std::nullopt;
  if (!field->starts_with("0x")) return parseNumber(*field);
  std::uint64_t value = 0;
  for (const char digit : field->substr(2)) {
    const auto place = std::string_view("0123456789abcdef").find(digit);
    if (place == std::string_view::npos) return std::nullopt;
    value = value * 16 + place;
  }
  return value;
}

std::optional<bool> readFlag(const MachineFiles& files, const std::string& path) {
  const auto number = files.number(path);
  if (!number) return std::nullopt;
  return *number != 0;
}

std::optional<bool> readBoost(const MachineFiles& files) {
  if (const auto boost = readFlag(files, cpuDirectory + "/cpufreq/boost")) return boost;
  const auto noTurbo = readFlag(files, cpuDirectory + "/intel_pstate/no_turbo");
  if (!noTurbo) return std::nullopt;
  return !*noTurbo;
}

void writeFrequency(JsonWriter& json, const MachineFiles& files) {
  const std::string policy = cpuDirectory + "/cpu0/cpufreq";
  json.key("frequency").beginObject();
  json.member("governor", files.text(policy + "/scaling_governor"));
  json.member("driver", files.text(policy + "/scaling_driver"));
  json.member("boost", readBoost(files));
  json.member("minKhz", files.number(policy + "/scaling_min_freq"));
  json.member("maxKhz", files.number(policy + "/scaling_max_freq"));
  json.endObject();
}

// "rcu_nocbs=2-7" of the kernel's command line.
OptionalText commandLineParameter(std::string_view commandLine, std::string_view name) {
  for (const std::string_view word : splitWords(commandLine)) {
    if (!word.starts_with(name)) continue;
    if (word.size() == name.size()) return "all";
    if (word[name.size()] == '=') return std::string(word.substr(name.size() + 1));
  }
  return std::nullopt;
}

// A kernel without the feature writes "(null)".
OptionalText cpuList(const OptionalText& text) {
  return text && *text != "(null)" ? text : std::nullopt;
}

void writeIsolation(JsonWriter& json, const MachineFiles& files) {
  json.key("isolation").beginObject();
  json.member("isolated", cpuList(files.text(cpuDirectory + "/isolated")));
  json.member("nohzFull", cpuList(files.text(cpuDirectory + "/nohz_full")));
  json.member("rcuNocbs",
              commandLineParameter(files.text("/proc/cmdline").value_or(""), "rcu_nocbs"));
  json.endObject();
}

void writeMitigations(JsonWriter& json, const MachineFiles& files) {
  const std::string directory = cpuDirectory + "/vulnerabilities/";
  json.key("mitigations").beginObject();
  for (const std::string& name : files.names(directory)) {
    if (const auto text = files.text(directory + name)) json.member(name, *text);
  }
  json.endObject();
}

void writeKernelReturns(JsonWriter& json, const MachineFiles& files) {
  const KernelReturns returns = readKernelReturns(files);
  json.key("kernelReturns").beginObject();
  json.member("kind", returns.kind ? OptionalText(*returns.kind) : std::nullopt);
  json.member("source", returns.source).endObject();
}

}  // namespace

void writeCpuFacts(JsonWriter& json, const MachineFiles& files) {
  const std::string cpuinfo = files.text("/proc/cpuinfo").value_or("");
  const Topology topology = readTopology(files);
  auto vendor = fieldText(cpuinfo, "vendor_id");
  if (!vendor) vendor = fieldText(cpuinfo, "CPU implementer");
  json.key("cpu").beginObject();
  json.member("vendor", vendor);
  json.member("family", fieldNumber(cpuinfo, "cpu family", "CPU architecture"));
  json.member("model", fieldNumber(cpuinfo, "model", "CPU part"));
  json.member("stepping", fieldNumber(cpuinfo, "stepping", "CPU revision"));
  json.member("name", fieldText(cpuinfo, "model name"));
  json.member("sockets", topology.sockets)
      .member("cores", topology.cores)
      .member("threads", topology.threads);
  json.member("smt", readFlag(files, cpuDirectory + "/smt/active"));
  json.member("online", files.text(cpuDirectory + "/online"));
  writeCaches(json, files);
  json.member("microcode", fieldText(cpuinfo, "microcode"));
  writeKernelReturns(json, files);
  json.endObject();
  writeFrequency(json, files);
  writeIsolation(json, files);
  writeMitigations(json, files);
}

}  // namespace folio
