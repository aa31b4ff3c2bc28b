#include "memory/swap_area.hpp"

#include <fcntl.h>
#include <sys/swap.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "harness/descriptor.hpp"
#include "harness/system_error.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// The first kilobyte is left to boot loaders (Linux, include/linux/swap.h).
constexpr std::size_t versionAt = 1024;
constexpr std::size_t lastPageAt = versionAt + sizeof(std::uint32_t);
constexpr std::uint32_t version = 1;
constexpr std::string_view magic = "SWAPSPACE2";

}  // namespace

std::string swapHeader(std::uint64_t areaBytes, std::uint64_t pageBytes) {
  std::string header(pageBytes, '\0');
  const auto lastPage = static_cast<std::uint32_t>(areaBytes / pageBytes - 1);
  std::memcpy(header.data() + versionAt, &version, sizeof version);
  std::memcpy(header.data() + lastPageAt, &lastPage, sizeof lastPage);
  std::memcpy(header.data() + pageBytes - magic.size(), magic.data(), magic.size());
  return header;
}

Result<Done> switchSwapOn(const std::string& path, std::uint64_t areaBytes) {
  const Descriptor area(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!area.isOpen()) return systemError("open of " + path);
  if (auto done = writeAll(area.number(), swapHeader(areaBytes, basePageBytes())); !done)
    return done;
  if (fsync(area.number()) != 0) return systemError("fsync of " + path);
  if (swapon(path.c_str(), 0) != 0) return systemError("swapon of " + path);
  return Done{};
}

}  // namespace folio
