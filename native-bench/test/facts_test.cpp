#include "agent/facts/facts.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "agent/facts/gzip.hpp"
#include "agent/facts/kernel_returns.hpp"
#include "agent/facts/sha256.hpp"
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

std::string fromHex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// 40 lines of a kernel's configuration and a comment: a block with Huffman codes of its own.
const std::string dynamicGzip = fromHex(
    "1f8b080000000000020355913b0ec2301044fb9cc21217f0daeb5f410191403470042a0a1a289286db234529e6756b"
    "8f67e7"
    "e3f971bfdcaecf533cfea6799f4d669779e89b2a8754e4901571e5545dd655c522f4133077e8c2c5800df848055857"
    "5e4e0e"
    "c7480c2feec0baf24ad29da5a95e85970aac81d7b0b3436fc0cba8ec0c212c22a119e21bbbb184e22cb35567e565fb"
    "8f43d8"
    "2fcee1bd84cf770dcb6b9dfe652262d140020000");
// "hello\n": a block with the fixed codes.
const std::string fixedGzip = fromHex("1f8b0800000000000203cb48cdc9c9e7020020303a3606000000");
// "stored": a block without compression.
const std::string storedGzip =
    fromHex("1f8b0800000000000203010600f9ff73746f7265640bf9435606000000");

}  // namespace

TEST_CASE("SHA-256 of the examples of FIPS 180-4 and of a long message") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("gzip files with each kind of block are unpacked") {
  std::string expected;
  for (int i = 0; i < 40; ++i) expected += "CONFIG_A" + std::to_string(i * i) + "=y\n";
  expected += "# CONFIG_B is not set\n";
  CHECK(unpackGzip(dynamicGzip, 1 << 20) == expected);
  CHECK(unpackGzip(fixedGzip, 1 << 20) == "hello\n");
  CHECK(unpackGzip(storedGzip, 1 << 20) == "stored");
  CHECK_FALSE(unpackGzip(dynamicGzip, expected.size() - 1));
}

TEST_CASE("a damaged gzip file never yields other contents") {
  for (const std::string& file : {dynamicGzip, fixedGzip, storedGzip}) {
    const auto whole = unpackGzip(file, 1 << 20);
    for (std::size_t length = 0; length < file.size(); ++length)
      CHECK_FALSE(unpackGzip(file.substr(0, length), 1 << 20));
    for (std::size_t place = 0; place < file.size(); ++place) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = file;
        damaged[place] = static_cast<char>(damaged[place] ^ 1 << bit);
        // Some bits carry nothing: time and system of the header, and what fills up a byte.
        const auto unpacked = unpackGzip(damaged, 1 << 20);
        if (unpacked) CHECK(unpacked == whole);
      }
    }
  }
}

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

TEST_CASE("a machine that tells nothing has null for everything") {
  const ScratchDirectory empty;
  const std::string cpu = factsOf(writeCpuFacts, empty.path());
  CHECK(contains(
      cpu,
      R"("vendor":null,"family":null,"model":null,"stepping":null,"name":null,"sockets":null)"));
  CHECK(contains(cpu, R"("caches":[],"microcode":null,"kernelReturns":{"kind":null,)"));
  const std::string kernel = factsOf(writeKernelFacts, empty.path());
  CHECK(
      contains(kernel, R"("commandLine":null,"config":{}},"aslr":null,"perfEventParanoid":null)"));
  const std::string memory = factsOf(writeMemoryFacts, empty.path());
  CHECK(contains(
      memory,
      R"("thp":{"enabled":null,"defrag":null,"shmem":null,"khugepagedDefrag":null,"zeroPage":null,"disabledForProcess":false,"sizes":[]})"));
  CHECK(contains(
      memory,
      R"("cgroup":{"path":null,"memoryMaxBytes":null,"memoryCurrentBytes":null,"cpuMax":null})"));
  CHECK(contains(factsOf(writeIdentityFacts, empty.path()),
                 R"("identity":{"machineIdHash":null,"product":null})"));
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

TEST_CASE("the configuration of the kernel is read from where it is kept") {
  const ScratchDirectory scratch;
  scratch.write("proc/sys/kernel/perf_event_paranoid", "-1\n");
  scratch.write("proc/config.gz", "not gzip");
  MachineFiles files(scratch.path());
  const std::string release = [] {
    JsonWriter json;
    json.beginObject();
    writeKernelFacts(json, MachineFiles("/nowhere"));
    const std::string text = json.endObject().written();
    const auto begin = text.find("\"release\":\"") + 11;
    return text.substr(begin, text.find('"', begin) - begin);
  }();
  scratch.write(
      "boot/config-" + release,
      "# a comment\nCONFIG_TRANSPARENT_HUGEPAGE=y\n# CONFIG_DEBUG_VM is not set\nCONFIG_HZ=250\n"
      "CONFIG_CC_VERSION_TEXT=\"gcc 12 "
      "\\\"x\\\"\"\nCONFIG_UNRELATED=y\nCONFIG_PREEMPT_VOLUNTARY=m\n");
  const std::string facts = factsOf(writeKernelFacts, scratch.path());
  CHECK(contains(
      facts,
      R"("config":{"CONFIG_TRANSPARENT_HUGEPAGE":"y","CONFIG_DEBUG_VM":"n","CONFIG_HZ":"250",)"));
  CHECK(contains(facts, R"("CONFIG_PREEMPT_VOLUNTARY":"m"})"));
  CHECK_FALSE(contains(facts, "UNRELATED"));
  CHECK(contains(facts, R"("perfEventParanoid":-1)"));
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

TEST_CASE("the machine's id is hashed") {
  const ScratchDirectory scratch;
  scratch.write("etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n");
  const std::string facts = factsOf(writeIdentityFacts, scratch.path());
  CHECK(contains(facts, sha256("folio-lab machine 3d1219c7c4c5404aaa1f6d2a48adfda4")));
  CHECK_FALSE(contains(facts, "3d1219c7"));
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

TEST_CASE("a machine without /sys is one of which nothing can be told") {
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
