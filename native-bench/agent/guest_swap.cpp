#include "agent/guest_swap.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "harness/descriptor.hpp"
#include "harness/system_error.hpp"
#include "harness/text_file.hpp"
#include "memory/swap_area.hpp"

namespace folio {

namespace {

constexpr const char* moduleFolder = "/modules";
const std::string deviceSettings = "/sys/block/zram0";
const std::string device = "/dev/zram0";

// What kernels compress with is another thing on each unless it is chosen; this all of Debian's
// have.
constexpr std::string_view compressor = "lz4";

Result<Done> loadModule(const std::filesystem::path& file) {
  const Descriptor module(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!module.isOpen()) return systemError("open of " + file.string());
  if (syscall(SYS_finit_module, module.number(), "", 0) != 0)
    return systemError("finit_module of " + file.string());
  return Done{};
}

Result<Done> loadModules() {
  std::error_code missing;
  const std::filesystem::directory_iterator folder(moduleFolder, missing);
  if (missing) return Error{"unsupported", "this kernel has no zram"};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : folder) files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    if (auto done = loadModule(file); !done) return done;
  }
  return Done{};
}

}  // namespace

Result<Done> switchGuestSwapOn(std::uint64_t bytes) {
  if (!std::filesystem::exists(deviceSettings)) {
    if (auto done = loadModules(); !done) return done;
  }
  // A kernel without this compressor keeps its own.
  (void)writeTextFile(deviceSettings + "/comp_algorithm", compressor);
  auto sized = writeTextFile(deviceSettings + "/disksize", std::to_string(bytes));
  if (!sized) return sized;
  return switchSwapOn(device, bytes);
}

}  // namespace folio
