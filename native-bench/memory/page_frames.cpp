#include "memory/page_frames.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "harness/descriptor.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

constexpr std::uint64_t presentBit = 1ull << 63;
constexpr std::uint64_t frameMask = (1ull << 55) - 1;

// Bits of /proc/kpageflags.
constexpr std::uint64_t anonymousFlag = 1ull << 12;
constexpr std::uint64_t swapBackedFlag = 1ull << 14;
constexpr std::uint64_t compoundHeadFlag = 1ull << 15;
constexpr std::uint64_t compoundTailFlag = 1ull << 16;

bool readEntries(const Descriptor& file, std::uint64_t first, std::span<std::uint64_t> entries) {
  auto* bytes = reinterpret_cast<char*>(entries.data());
  std::size_t done = 0;
  while (done < entries.size_bytes()) {
    const ssize_t count = pread(file.number(), bytes + done, entries.size_bytes() - done,
                                static_cast<off_t>(first * sizeof(std::uint64_t) + done));
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

Descriptor openReadOnly(const char* path) {
  return Descriptor(::open(path, O_RDONLY | O_CLOEXEC));
}

std::optional<std::vector<std::uint64_t>> readFlags(const Descriptor& file, std::uint64_t first,
                                                    std::size_t count) {
  std::vector<std::uint64_t> flags(count);
  if (!file.isOpen() || !readEntries(file, first, flags)) return std::nullopt;
  return flags;
}

// Of shared memory a single page says that swap backs it; of a larger folio its first page alone.
bool isRegionMemory(std::uint64_t flags, bool isSingle) {
  return (flags & anonymousFlag) != 0 || (isSingle && (flags & swapBackedFlag) != 0);
}

}  // namespace

std::uint64_t frameOf(std::uint64_t entry) {
  return (entry & presentBit) != 0 ? entry & frameMask : 0;
}

std::optional<PageFrames> readPageFrames(std::uintptr_t begin, std::uintptr_t end) {
  const Descriptor file = openReadOnly("/proc/self/pagemap");
  PageFrames frames((end - begin) / basePageBytes());
  if (!file.isOpen() || !readEntries(file, begin / basePageBytes(), frames)) return std::nullopt;
  bool isHidden = false;
  for (std::uint64_t& entry : frames) {
    const bool isPresent = (entry & presentBit) != 0;
    entry = frameOf(entry);
    // To an unprivileged reader every present page has the frame number 0.
    isHidden = isHidden || (isPresent && entry == 0);
  }
  if (isHidden) return std::nullopt;
  return frames;
}

bool pageFlagsReadable() {
  const std::vector<std::byte> probe(1);
  const auto page =
      reinterpret_cast<std::uintptr_t>(probe.data()) / basePageBytes() * basePageBytes();
  const auto frames = readPageFrames(page, page + basePageBytes());
  return frames && readPageFlags(frames->front(), 1);
}

std::optional<std::vector<std::uint64_t>> readPageFlags(std::uint64_t firstFrame,
                                                        std::size_t count) {
  return readFlags(openReadOnly("/proc/kpageflags"), firstFrame, count);
}

bool isWholeFolio(std::span<const std::uint64_t> frames, std::span<const std::uint64_t> flags) {
  if (frames.empty() || frames[0] == 0 || frames[0] % frames.size() != 0) return false;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i] != frames[0] + i || !isRegionMemory(flags[i], frames.size() == 1)) return false;
    const std::uint64_t place = flags[i] & (compoundHeadFlag | compoundTailFlag);
    const std::uint64_t wanted = i == 0 ? compoundHeadFlag : compoundTailFlag;
    if (place != (frames.size() == 1 ? 0 : wanted)) return false;
  }
  return true;
}

std::optional<std::uint64_t> countWholeFolios(const PageFrames& frames, std::size_t pagesPerFolio) {
  const Descriptor file = openReadOnly("/proc/kpageflags");
  std::uint64_t whole = 0;
  for (std::size_t first = 0; first + pagesPerFolio <= frames.size(); first += pagesPerFolio) {
    if (frames[first] == 0) continue;
    const auto flags = readFlags(file, frames[first], pagesPerFolio);
    if (!flags) return std::nullopt;
    // One page more: were it a tail as well, the folio would be larger than wanted. Past the last
    // frame of the machine there is nothing to read, and no larger folio either. A single page
    // says by itself that it belongs to nothing larger.
    const auto next =
        pagesPerFolio == 1 ? std::nullopt : readFlags(file, frames[first] + pagesPerFolio, 1);
    const bool goesOn = next && (next->front() & compoundTailFlag) != 0;
    if (!goesOn && isWholeFolio(std::span(frames).subspan(first, pagesPerFolio), *flags)) ++whole;
  }
  return whole;
}

std::uint64_t countSameFrames(const PageFrames& before, const PageFrames& after) {
  std::uint64_t same = 0;
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    if (before[i] != 0 && before[i] == after[i]) ++same;
  }
  return same;
}

}  // namespace folio
