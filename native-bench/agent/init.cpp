#include "agent/init.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "agent/guest_swap.hpp"
#include "agent/serve.hpp"
#include "harness/clock.hpp"
#include "harness/descriptor.hpp"
#include "harness/sample_grid.hpp"
#include "harness/system_error.hpp"
#include "harness/text_file.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

struct Mount {
  const char* type;
  const char* path;
};

constexpr std::array mounts{
    Mount{"proc", "/proc"}, Mount{"sysfs", "/sys"}, Mount{"devtmpfs", "/dev"},
    Mount{"tmpfs", "/run"}, Mount{"tmpfs", "/tmp"},
};

struct Setting {
  std::string path;
  std::string_view value;
};

const std::array settings{
    // Only a panic may write to the console while a sample is taken.
    Setting{"/proc/sys/kernel/printk", "1"},
    // Small machines boot with "never" for both; with "always" the agent's own memory would compete
    // for folios.
    Setting{thpDirectory + "/enabled", "madvise"},
    Setting{thpDirectory + "/defrag", "madvise"},
    // khugepaged looks at no sample's memory, but would wake up to find that out: 2^32 - 1 ms are
    // 49 days.
    Setting{thpDirectory + "/khugepaged/scan_sleep_millisecs", "4294967295"},
    // What sorts free memory in the background would do so at other moments of each sample.
    Setting{"/proc/sys/vm/compaction_proactiveness", "0"},
    Setting{"/proc/sys/vm/watermark_boost_factor", "0"},
};

// The console has the first port: an 8250 like this one on a PC, a PL011 on QEMU's arm64 machine.
#if defined(__aarch64__)
constexpr const char* serialPort = "/dev/ttyS0";
#else
constexpr const char* serialPort = "/dev/ttyS1";
#endif
constexpr std::uint64_t clockPatienceNs = 5 * nsPerSecond;

void complain(const std::string& message) {
  std::fprintf(stderr, "folio-agent: %s\n", message.c_str());
}

// The kernel panics when its first process ends; started with panic=-1 it then ends the machine.
[[noreturn]] void giveUp(const Error& error) {
  complain(error.message);
  _exit(1);
}

Result<Done> mountAll() {
  for (const auto& [type, path] : mounts) {
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
      return systemError(std::string("mkdir of ") + path);
    if (mount(type, path, type, 0, nullptr) != 0 && errno != EBUSY) {
      return systemError(std::string("mount of ") + type + " on " + path);
    }
  }
  return Done{};
}

// What this kernel does not have is reported and left: facts and the checks of samples show what
// follows from it.
void applySettings() {
  for (const auto& [path, value] : settings) {
    if (const auto done = writeTextFile(path, value); !done) complain(done.error().message);
  }
}

// About a second after its start an x86 kernel replaces its first estimate of the processor's clock
// by a better one; a sample must not straddle that.
void waitForSteadyClock() {
  const std::uint64_t latest = monotonicNs() + clockPatienceNs;
  while (readTrimmed("/sys/devices/system/clocksource/clocksource0/current_clocksource") ==
             "tsc-early" &&
         monotonicNs() < latest) {
    sleepUntilNs(monotonicNs() + nsPerSecond / 10);
  }
}

// The kernel hands its first process boot parameters of the form NAME=VALUE as environment
// variables.
std::uint64_t bootParameter(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? 0 : parseNumber(value).value_or(0);
}

// A machine without the swap that was asked for is the engine's to refuse.
void takeBootParameters() {
  setSampleGrid(bootParameter("folio_sample_grid_ns"));
  const std::uint64_t swap = bootParameter("folio_swap_bytes");
  if (swap == 0) return;
  if (const auto done = switchGuestSwapOn(swap); !done) complain(done.error().message);
}

Result<Descriptor> openSerialPort() {
  Descriptor port(open(serialPort, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!port.isOpen()) return systemError(std::string("open of ") + serialPort);
  termios modes{};
  if (tcgetattr(port.number(), &modes) != 0) return systemError("tcgetattr");
  cfmakeraw(&modes);
  modes.c_cflag |= CLOCAL;  // there is no modem that could hang up
  if (tcsetattr(port.number(), TCSANOW, &modes) != 0) return systemError("tcsetattr");
  return port;
}

}  // namespace

void runAsInit() {
  if (getpid() != 1) {
    complain("'init' is for the first process of a virtual machine");
    std::exit(2);
  }
  if (const auto done = mountAll(); !done) giveUp(done.error());
  applySettings();
  waitForSteadyClock();
  takeBootParameters();
  const auto port = openSerialPort();
  if (!port) giveUp(port.error());
  if (serve({}, port->number(), port->number()) != 0)
    giveUp({"failed", "the line to the engine is broken"});
  tcdrain(port->number());  // the last reply leaves before the machine does
  reboot(RB_POWER_OFF);
  giveUp(systemError("power off"));
}

}  // namespace folio
