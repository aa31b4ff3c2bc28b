#include "agent/facts/facts.hpp"

#include <doctest/doctest.h>
#include <sys/utsname.h>

#include <thread>

#include "agent/facts/kernel_returns.hpp"
#include "harness/affinity.hpp"
#include "scratch_directory.hpp"

using namespace folio;

namespace {

std::string factsOf(void (*write)(JsonWriter&, const MachineFiles&), const std::string& root) {
  JsonWriter json;
  json.beginObject();
  write(json, MachineFiles(root));
  return json.endObject().written();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("CPU facts of an Intel machine with two sockets") {
  const ScratchDirectory scratch;
  scratch.write("proc/cpuinfo",
                "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nmodel "
                "name\t: Intel(R) "
                "Xeon(R) Silver 4210R CPU @ 2.40GHz\nstepping\t: 7\nmicrocode\t: 0x5003604\n");
  const std::string cpus = "sys/devices/system/cpu/";
  for (int cpu = 0; cpu < 12; ++cpu) {
    const std::string topology = cpus + "cpu" + std::to_string(cpu) + "/topology/";
    scratch.write(topology + "physical_package_id", std::to_string(cpu / 6) + "\n");
    scratch.write(topology + "core_id", std::to_string(cpu % 6 / 2) + "\n");
  }
  scratch.write(cpus + "smt/active", "1\n");
  scratch.write(cpus + "online", "0-11\n");
  scratch.write(cpus + "cpu0/cache/index0/level", "1\n");
  scratch.write(cpus + "cpu0/cache/index0/type", "Data\n");
  scratch.write(cpus + "cpu0/cache/index0/size", "32K\n");
  scratch.write(cpus + "cpu0/cache/index0/shared_cpu_list", "0-1\n");
  scratch.write(cpus + "cpu0/cpufreq/scaling_governor", "performance\n");
  scratch.write(cpus + "intel_pstate/no_turbo", "1\n");
  scratch.write(cpus + "isolated", "\n");
  scratch.write(cpus + "nohz_full", "(null)\n");
  scratch.write(cpus + "vulnerabilities/meltdown", "Mitigation: PTI\n");
  scratch.write("proc/cmdline", "quiet rcu_nocbs=2-3 rcu_nocbs_poll\n");
  CHECK(
      factsOf(writeCpuFacts, scratch.path()) ==
      R"({"cpu":{"vendor":"GenuineIntel","family":6,"model":85,"stepping":7,)"
      R"("name":"Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz","sockets":2,"cores":6,"threads":12,"smt":true,)"
      R"("online":"0-11","caches":[{"level":1,"type":"Data","bytes":32768,"sharedCpus":"0-1"}],)"
      R"("microcode":"0x5003604",)"
      R"("kernelReturns":{"kind":null,"source":"this kernel does not tell about its mitigations"}},)"
      R"("frequency":{"governor":"performance","driver":null,"boost":false,)"
      R"("minKhz":null,"maxKhz":null},"isolation":{"isolated":null,"nohzFull":null,"rcuNocbs":"2-3"},)"
      R"("mitigations":{"meltdown":"Mitigation: PTI"}})");
}

TEST_CASE("CPU facts of an Arm machine, which numbers in hexadecimal") {
  const ScratchDirectory scratch;
  scratch.write("proc/cpuinfo",
                "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: "
                "0x3\nCPU part\t: "
                "0xd0c\nCPU revision\t: 1\n");
  const std::string facts = factsOf(writeCpuFacts, scratch.path());
  CHECK(contains(
      facts, R"("kernelReturns":{"kind":"plain","source":"Arm kernels have no return thunks"})"));
  CHECK(contains(facts, R"("vendor":"0x41","family":8,"model":3340,"stepping":1,"name":null)"));
}

TEST_CASE("a machine that says nothing has null for everything") {
  const ScratchDirectory empty;
  const std::string cpu = factsOf(writeCpuFacts, empty.path());
  CHECK(contains(
      cpu,
      R"("vendor":null,"family":null,"model":null,"stepping":null,"name":null,"sockets":null)"));
  CHECK(contains(cpu, R"("caches":[],"microcode":null,"kernelReturns":{"kind":null,)"));
  const std::string kernel = factsOf(writeKernelFacts, empty.path());
  CHECK(contains(kernel, R"("commandLine":null},"aslr":null,"perfEventParanoid":null)"));
  const std::string memory = factsOf(writeMemoryFacts, empty.path());
  CHECK(contains(
      memory,
      R"("thp":{"enabled":null,"defrag":null,"shmem":null,"khugepagedDefrag":null,"zeroPage":null,"disabledForProcess":false,"sizes":[]})"));
  CHECK(contains(
      memory,
      R"("cgroup":{"path":null,"memoryMaxBytes":null,"memoryCurrentBytes":null,"cpuMax":null})"));
  CHECK(contains(factsOf(writeIdentityFacts, empty.path()), R"("identity":{"product":null})"));
  CHECK(contains(factsOf(writeVirtualisationFacts, empty.path()),
                 R"("balloon":null,"freePageReporting":null)"));
}

TEST_CASE("how the kernel returns follows from each text that kernels write") {
  struct Row {
    const char* file;
    const char* text;
    const char* kind;
  };
  constexpr const char* overflow = "spec_rstack_overflow";
  constexpr const char* retbleed = "retbleed";
  constexpr const char* selection = "indirect_target_selection";
  const Row rows[] = {
      {overflow, "Not affected", "plain"},
      {overflow, "Vulnerable", "plain"},
      {overflow, "Vulnerable: No microcode", "plain"},
      {overflow, "Vulnerable: no microcode", "plain"},
      {overflow, "Vulnerable: Microcode, no safe RET", "plain"},
      {overflow, "Vulnerable: Safe RET, no microcode", "safe-ret"},
      {overflow, "Mitigation: Safe RET", "safe-ret"},
      {overflow, "Mitigation: safe RET", "safe-ret"},
      {overflow, "Mitigation: safe RET, no microcode", "safe-ret"},
      {overflow, "Mitigation: microcode", "plain"},
      {overflow, "Mitigation: SMT disabled", "plain"},
      {overflow, "Mitigation: IBPB", "plain"},
      {overflow, "Mitigation: IBPB, no microcode", "plain"},
      {overflow, "Mitigation: IBPB on VMEXIT only", "plain"},
      {overflow, "Mitigation: Reduced Speculation", "plain"},
      {retbleed, "Not affected", "plain"},
      {retbleed, "Vulnerable", "plain"},
      {retbleed, "Mitigation: untrained return thunk; SMT enabled with STIBP protection",
       "untrained"},
      {retbleed, "Vulnerable: untrained return thunk / IBPB on non-AMD based uarch", "untrained"},
      {retbleed, "Mitigation: IBPB; SMT vulnerable", "plain"},
      {retbleed, "Mitigation: IBRS", "plain"},
      {retbleed, "Mitigation: Enhanced IBRS", "plain"},
      {retbleed, "Mitigation: Stuffing", "stuffing"},
      {selection, "Not affected", "plain"},
      {selection, "Vulnerable", "plain"},
      {selection, "Mitigation: Vulnerable, KVM: Not affected", "plain"},
      {selection, "Mitigation: Aligned branch/return thunks", "aligned-thunk"},
      {selection, "Mitigation: Retpolines, Stuffing RSB", "stuffing"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const ScratchDirectory scratch;
    scratch.write(std::string("sys/devices/system/cpu/vulnerabilities/") + row.file,
                  std::string(row.text) + '\n');
    const KernelReturns returns = readKernelReturns(MachineFiles(scratch.path()));
    CHECK(returns.kind == row.kind);
    CHECK(returns.source == std::string(row.file) + ": " + row.text);
  }
}

TEST_CASE("of several mitigations of returns one thunk is in use") {
  const ScratchDirectory scratch;
  const std::string directory = "sys/devices/system/cpu/vulnerabilities/";
  const auto kind = [&] { return readKernelReturns(MachineFiles(scratch.path())).kind; };
  CHECK_FALSE(kind().has_value());
  scratch.write(directory + "indirect_target_selection",
                "Mitigation: Aligned branch/return thunks\n");
  CHECK(kind() == "aligned-thunk");
  scratch.write(directory + "retbleed", "Mitigation: Stuffing\n");
  CHECK(kind() == "stuffing");
  scratch.write(directory + "retbleed", "Mitigation: untrained return thunk; SMT disabled\n");
  scratch.write(directory + "indirect_target_selection", "Not affected\n");
  scratch.write(directory + "spec_rstack_overflow", "Mitigation: SMT disabled\n");
  CHECK(kind() == "untrained");
  scratch.write(directory + "spec_rstack_overflow", "Mitigation: Safe RET\n");
  CHECK(kind() == "safe-ret");
  scratch.write(directory + "retbleed", "Mitigation: not known yet\n");
  const KernelReturns unknown = readKernelReturns(MachineFiles(scratch.path()));
  CHECK_FALSE(unknown.kind.has_value());
  CHECK(unknown.source == "not understood: retbleed: Mitigation: not known yet");
}

TEST_CASE("the kernel's configuration and the machine's id are handed over as they are") {
  const ScratchDirectory scratch;
  const auto raw = [&] {
    JsonWriter json;
    writeRawFacts(json, MachineFiles(scratch.path()));
    return json.written();
  };
  CHECK(raw() == R"({"kernelConfig":null,"machineId":null})");
  utsname name{};
  uname(&name);
  scratch.write(std::string("boot/config-") + name.release, "CONFIG_HZ=250\n");
  scratch.write("etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n");
  CHECK(
      raw() ==
      R"({"kernelConfig":"Q09ORklHX0haPTI1MAo=","machineId":"3d1219c7c4c5404aaa1f6d2a48adfda4"})");
  scratch.write("proc/config.gz", "\x1f\x8b\xff");
  CHECK(contains(raw(), R"("kernelConfig":"H4v/")"));
  scratch.write("proc/config.gz", std::string(800'000, 'x'));
  CHECK(contains(raw(), "Q09ORklHX0haPTI1MAo="));
}

TEST_CASE("a negative perf_event_paranoid is reported") {
  const ScratchDirectory scratch;
  scratch.write("proc/sys/kernel/perf_event_paranoid", "-1\n");
  CHECK(contains(factsOf(writeKernelFacts, scratch.path()), R"("perfEventParanoid":-1)"));
}

TEST_CASE("the balloon and what it does with free pages") {
  const ScratchDirectory scratch;
  scratch.write("sys/bus/virtio/devices/virtio0/device", "0x0001\n");
  scratch.write("sys/bus/virtio/devices/virtio1/device", "0x0005\n");
  scratch.write("sys/bus/virtio/devices/virtio1/features", "0110010000\n");
  CHECK(contains(factsOf(writeVirtualisationFacts, scratch.path()),
                 R"("balloon":true,"freePageReporting":true)"));
  scratch.write("sys/bus/virtio/devices/virtio1/features", "0110000000\n");
  CHECK(contains(factsOf(writeVirtualisationFacts, scratch.path()),
                 R"("balloon":true,"freePageReporting":false)"));
  scratch.write("sys/bus/virtio/devices/virtio1/device", "0x0002\n");
  CHECK(contains(factsOf(writeVirtualisationFacts, scratch.path()),
                 R"("balloon":false,"freePageReporting":false)"));
}

TEST_CASE("processor quota of both versions of control groups") {
  const ScratchDirectory scratch;
  scratch.write("proc/self/cgroup", "0::/a\n");
  scratch.write(
      "proc/self/mountinfo",
      "31 30 0:27 / /cg rw - cgroup2 cgroup2 rw\n32 30 0:28 / /cpu rw - cgroup cgroup rw,cpu\n");
  scratch.write("cg/a/cpu.max", "50000 100000\n");
  CHECK(contains(factsOf(writeMemoryFacts, scratch.path()), R"("cpuMax":"50000 100000")"));
  scratch.write("proc/self/cgroup", "3:cpu:/b\n0::/\n");
  scratch.write("cpu/b/cpu.cfs_quota_us", "-1\n");
  scratch.write("cpu/b/cpu.cfs_period_us", "100000\n");
  CHECK(contains(factsOf(writeMemoryFacts, scratch.path()), R"("cpuMax":"max 100000")"));
}

TEST_CASE("the quota of processors is the least on the way to the root") {
  const ScratchDirectory scratch;
  const auto quota = [&] { return factsOf(writeSchedulingFacts, scratch.path()); };
  CHECK(contains(quota(), R"("cpuQuota":null)"));
  scratch.write("proc/self/cgroup", "0::/a/b\n");
  scratch.write(
      "proc/self/mountinfo",
      "31 30 0:27 / /cg rw - cgroup2 cgroup2 rw\n32 30 0:28 / /cpu rw - cgroup cgroup rw,cpu\n");
  scratch.write("cg/a/b/cpu.max", "max 100000\n");
  CHECK(contains(quota(), R"("cpuQuota":null)"));
  scratch.write("cg/a/cpu.max", "50000 100000\n");
  CHECK(contains(quota(), R"("cpuQuota":0.5)"));
  scratch.write("cg/a/b/cpu.max", "200000 100000\n");
  CHECK(contains(quota(), R"("cpuQuota":0.5)"));
  scratch.write("proc/self/cgroup", "3:cpu:/b\n0::/\n");
  scratch.write("cpu/b/cpu.cfs_quota_us", "150000\n");
  scratch.write("cpu/b/cpu.cfs_period_us", "100000\n");
  CHECK(contains(quota(), R"("cpuQuota":1.5)"));
}

TEST_CASE("the CPUs that may be used are those of this process, not of the machine") {
  const int cpu = allowedCpus().front();
  std::string pinned;
  std::thread([&] {
    if (pinToCpu(cpu)) pinned = factsOf(writeSchedulingFacts, "");
  }).join();
  CHECK(contains(pinned, "\"allowedCpus\":\"" + std::to_string(cpu) + "\""));
  CHECK(contains(pinned, R"("policy":"other","priority":0)"));
}

TEST_CASE("a machine without /sys has nothing to report") {
  const ScratchDirectory empty;
  CHECK(contains(factsOf(writeMemoryFacts, empty.path()), R"("sysfs":"missing")"));
  const ScratchDirectory writable;
  writable.write("sys/kernel/x", "");
  CHECK(contains(factsOf(writeMemoryFacts, writable.path()), R"("sysfs":"writable")"));
}

TEST_CASE("this machine's clock is finer than a microsecond") {
  JsonWriter json;
  json.beginObject();
  writeClockFacts(json, MachineFiles());
  const std::string facts = json.endObject().written();
  const auto valueOf = [&](const std::string& key) {
    return std::strtod(facts.c_str() + facts.find("\"" + key + "\":") + key.size() + 3, nullptr);
  };
  CHECK(valueOf("resolutionNs") >= 1);
  CHECK(valueOf("resolutionNs") < 1000);
  CHECK(valueOf("costNs") >= 1);
}
