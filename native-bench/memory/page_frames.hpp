// Which physical pages back a range of this process, and how they belong to folios:
// /proc/self/pagemap and /proc/kpageflags (Documentation/admin-guide/mm/pagemap.rst). Both tell
// only a privileged reader.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace folio {

// One entry a page; 0 where no page is present.
using PageFrames = std::vector<std::uint64_t>;

// The frame in an entry of /proc/self/pagemap; 0 for a page that is not present. What else the
// entry says, as whether others map the page, depends on the kernel.
std::uint64_t frameOf(std::uint64_t entry);

// Nothing when page frame numbers are hidden from this process.
std::optional<PageFrames> readPageFrames(std::uintptr_t begin, std::uintptr_t end);

// True when this process may read both files.
bool pageFlagsReadable();

// The flags of consecutive page frames; nothing when they may not be read.
std::optional<std::vector<std::uint64_t>> readPageFlags(std::uint64_t firstFrame,
                                                        std::size_t count);

// True when these frames with these flags (each span one folio long) are exactly one folio in its
// natural order; of one page: a page that is not a part of a larger folio.
bool isWholeFolio(std::span<const std::uint64_t> frames, std::span<const std::uint64_t> flags);

// How many stretches of `pagesPerFolio` pages are exactly one folio; nothing when flags may not be
// read.
std::optional<std::uint64_t> countWholeFolios(const PageFrames& frames, std::size_t pagesPerFolio);

// Pages that are the same frame in both.
std::uint64_t countSameFrames(const PageFrames& before, const PageFrames& after);

}  // namespace folio
