#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "memory/mapping_status.hpp"
#include "memory/memory_limit.hpp"
#include "memory/page_frames.hpp"
#include "memory/region.hpp"
#include "memory/swap_area.hpp"
#include "memory/thp_settings.hpp"
#include "needs.hpp"
#include "scratch_directory.hpp"

using namespace folio;

namespace {

MappingStatus statusOf(const Region& region) {
  const auto status = readMappingStatus(getpid(), region.begin(), region.end());
  REQUIRE(status);
  return *status;
}

}  // namespace

TEST_CASE("smaps are summed over the mappings inside the range") {
  const char* const smaps =
      "10000-20000 rw-p 00000000 00:00 0 \nSize:  64 kB\nRss:  60 kB\nAnonymous: 56 "
      "kB\nAnonHugePages: 32 "
      "kB\n"
      "Private_Clean: 4 kB\nPrivate_Dirty: 8 kB\nShared_Dirty: 2 kB\nSwap: 12 kB\nLazyFree: 20 "
      "kB\nSwapPss: 99 "
      "kB\nVmFlags: rd wr\n"
      "20000-30000 r--p 00000000 08:01 5   /lib/a: b\nSize:  64 kB\nRss:  1 kB\nSwap: 1 kB\n"
      "30000-40000 rw-p 00000000 00:00 0 \nSize:  64 kB\nRss:  64 kB\n";
  CHECK(sumMappings(smaps, 0x10000, 0x30000) == MappingStatus{.mappings = 2,
                                                              .mapped = 128 << 10,
                                                              .resident = 61 << 10,
                                                              .anonymous = 56 << 10,
                                                              .pmdMapped = 32 << 10,
                                                              .exclusive = 12 << 10,
                                                              .dirty = 10 << 10,
                                                              .swapped = 13 << 10,
                                                              .lazilyFree = 20 << 10});
  CHECK(sumMappings(smaps, 0x18000, 0x30000).mappings == 1);  // the first one sticks out
  CHECK(sumMappings("", 0, 1) == MappingStatus{});
  CHECK(sumMappings("nonsense\nRss: x kB\nRss:\n1-\n", 0, 1) == MappingStatus{});
}

// Two processes map parts of a folio of 64 KiB by page entries, this one all of it and the other a
// quarter. Since 6.15 a kernel may count for each folio alone (CONFIG_NO_PAGE_MAPCOUNT): the whole
// folio then is shared, and its proportional size comes from the average.
TEST_CASE("kernels with and without a mapcount for each page say the same of what checks ask") {
  const auto statusFrom = [](const std::string& shares) {
    return sumMappings("10000-20000 rw-p 00000000 00:00 0 \nSize: 64 kB\nRss: 64 kB\n" + shares +
                           "Anonymous: 64 kB\nAnonHugePages: 0 kB\nSwap: 0 kB\nLazyFree: 0 kB\n",
                       0x10000, 0x20000);
  };
  MappingStatus byPage =
      statusFrom("Pss: 56 kB\nPss_Dirty: 56 kB\nShared_Dirty: 16 kB\nPrivate_Dirty: 48 kB\n");
  const MappingStatus byFolio =
      statusFrom("Pss: 64 kB\nPss_Dirty: 64 kB\nShared_Dirty: 64 kB\nPrivate_Dirty: 0 kB\n");
  CHECK(byPage.dirty == 64 << 10);
  // Checks ask whether all of a region is exclusive or none, never how much of a folio.
  CHECK(byPage.exclusive == 48 << 10);
  CHECK(byFolio.exclusive == 0);
  byPage.exclusive = 0;
  CHECK(byPage == byFolio);
}

TEST_CASE("where a page lies is read whether or not the kernel knows who else maps it") {
  constexpr std::uint64_t present = 1ull << 63, swapped = 1ull << 62, exclusive = 1ull << 56,
                          softDirty = 1ull << 55;
  CHECK(frameOf(present | 0x1234) == 0x1234);
  CHECK(frameOf(present | exclusive | softDirty | 0x1234) == 0x1234);
  CHECK(frameOf(exclusive | 0x1234) == 0);
  CHECK(frameOf(swapped | 0x1234) == 0);
}

TEST_CASE("a region is aligned, stands alone and is populated with folios" * needsHugePages()) {
  const std::uint64_t folio = offeredPmdFolio();
  auto region = Region::reserve(16 * folio);
  REQUIRE(region.ok());
  CHECK(region->begin() % gibibyte == 0);
  CHECK(statusOf(*region).mappings == 1);
  CHECK(statusOf(*region).resident == 0);
  std::uint64_t last = 0;
  REQUIRE(region->populate(folio, [&](std::uint64_t done) { last = done; }).ok());
  CHECK(last == region->size());
  CHECK(statusOf(*region).pmdMapped == region->size());

  REQUIRE(region->mapByPtes(folio).ok());
  const MappingStatus mapped = statusOf(*region);
  CHECK(mapped.mappings == 1);
  CHECK(mapped.pmdMapped == 0);
  CHECK(mapped.resident == region->size());
  CHECK(mapped.exclusive == region->size());
}

TEST_CASE("addresses of a region are free only when all of it was unmapped") {
  auto region = Region::reserve(4 * mebibyte);
  REQUIRE(region.ok());
  CHECK_FALSE(region->reserveAgain());
  REQUIRE(munmap(region->data(), mebibyte) == 0);
  CHECK_FALSE(region->reserveAgain());
  REQUIRE(munmap(region->data(), region->size()) == 0);
  CHECK(region->reserveAgain());
}

TEST_CASE("regions that cannot be had are refused") {
  CHECK(Region::reserve(std::numeric_limits<std::uint64_t>::max() - 4096).error().code ==
        "bad-value");
  CHECK(Region::reserve(1ull << 60).error().code == "failed");
}

TEST_CASE("a folio is its head and tails in order and nothing else") {
  constexpr std::uint64_t anonymous = 1ull << 12, head = 1ull << 15 | anonymous,
                          tail = 1ull << 16 | anonymous;
  const std::vector<std::uint64_t> frames{64, 65, 66, 67};
  const std::vector<std::uint64_t> flags{head, tail, tail, tail};
  CHECK(isWholeFolio(frames, flags));
  CHECK_FALSE(isWholeFolio(frames, std::vector<std::uint64_t>{head, tail, head, tail}));
  CHECK_FALSE(isWholeFolio(frames, std::vector<std::uint64_t>{tail, tail, tail, tail}));
  CHECK_FALSE(
      isWholeFolio(frames, std::vector<std::uint64_t>{anonymous, anonymous, anonymous, anonymous}));
  CHECK_FALSE(
      isWholeFolio(frames, std::vector<std::uint64_t>{head & ~anonymous, tail, tail, tail}));
  CHECK_FALSE(isWholeFolio(std::vector<std::uint64_t>{65, 66, 67, 68}, flags));
  CHECK_FALSE(isWholeFolio(std::vector<std::uint64_t>{64, 65, 67, 66}, flags));
  CHECK_FALSE(isWholeFolio(std::vector<std::uint64_t>{0, 1, 2, 3}, flags));
  const std::vector<std::uint64_t> one{65};
  CHECK(isWholeFolio(one, std::vector<std::uint64_t>{anonymous}));
  CHECK(isWholeFolio(one, std::vector<std::uint64_t>{1ull << 14}));       // shared memory
  CHECK_FALSE(isWholeFolio(one, std::vector<std::uint64_t>{1ull << 5}));  // of a file
  CHECK_FALSE(isWholeFolio(one, std::vector<std::uint64_t>{head}));
  CHECK_FALSE(isWholeFolio(one, std::vector<std::uint64_t>{tail}));
}

TEST_CASE("frames that stayed the same are counted") {
  CHECK(countSameFrames({1, 2, 0, 4}, {1, 3, 0, 4}) == 2);
  CHECK(countSameFrames({}, {1}) == 0);
}

TEST_CASE("page flags tell the folios of real memory" *
          Needs(pageFlagsReadable(), "page flags that may be read") * needsHugePages()) {
  const std::uint64_t folio = offeredPmdFolio();
  auto region = Region::reserve(4 * folio);
  REQUIRE(region.ok());
  REQUIRE(region->populate(folio).ok());
  const auto frames = readPageFrames(region->begin(), region->end());
  REQUIRE(frames);
  const std::size_t pages = folio / basePageBytes();
  CHECK(countWholeFolios(*frames, pages) == 4);
  CHECK(countWholeFolios(*frames, pages / 2) == 0);  // larger than asked for
  // A page that was replaced leaves its folio incomplete.
  REQUIRE(madvise(region->data() + folio, basePageBytes(), MADV_DONTNEED) == 0);
  *const_cast<volatile std::byte*>(region->data() + folio) = std::byte{1};
  CHECK(countWholeFolios(*readPageFrames(region->begin(), region->end()), pages) == 3);
}

TEST_CASE("memory control groups are found in both versions") {
  const char* const mountinfo =
      "30 20 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs rw\n"
      "31 30 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
      "32 30 0:28 /outer /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n"
      "33 30 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n";
  const auto second = findCgroup("0::/user.slice/a:b\n", mountinfo, "memory");
  REQUIRE(second);
  CHECK(second->version == 2);
  CHECK(second->mountPoint == "/sys/fs/cgroup/unified");
  CHECK(second->relative == "/user.slice/a:b");
  const auto first =
      findCgroup("5:cpu,cpuacct:/x\n4:memory:/outer/inner\n0::/\n", mountinfo, "memory");
  REQUIRE(first);
  CHECK(first->version == 1);
  CHECK(first->path == "/outer/inner");
  CHECK(first->relative == "/inner");
  CHECK(findCgroup("5:cpu,cpuacct:/x\n0::/\n", mountinfo, "cpu")->relative == "/x");
  CHECK_FALSE(findCgroup("", mountinfo, "memory"));
  CHECK_FALSE(findCgroup("0::/a\n", "", "memory"));
  CHECK_FALSE(findCgroup("nonsense\n:\n", mountinfo, "memory"));
}

TEST_CASE("the tightest limit on the way to the root counts, less what is easily freed") {
  const ScratchDirectory scratch;
  scratch.write("proc/self/cgroup", "0::/a/b\n");
  scratch.write("proc/self/mountinfo", "31 30 0:27 / /cg rw - cgroup2 cgroup2 rw\n");
  scratch.write("cg/a/memory.max", "1000000\n");
  scratch.write("cg/a/memory.current", "900000\n");
  scratch.write("cg/a/memory.stat", "anon 5\ninactive_file 300000\n");
  scratch.write("cg/a/b/memory.max", "max\n");
  scratch.write("cg/a/b/memory.current", "70000\n");
  CgroupMemory memory = readCgroupMemory(scratch.path());
  CHECK(memory.path == "/a/b");
  CHECK(memory.maxBytes == 1000000);
  CHECK(memory.currentBytes == 900000);
  CHECK(memory.freeBytes == 400000);

  scratch.write("cg/a/b/memory.max", "80000\n");
  memory = readCgroupMemory(scratch.path());
  CHECK(memory.maxBytes == 80000);
  CHECK(memory.currentBytes == 70000);
  CHECK(memory.freeBytes == 10000);

  scratch.write("cg/a/memory.max", "max\n");
  scratch.write("cg/a/b/memory.max", "max\n");
  memory = readCgroupMemory(scratch.path());
  CHECK_FALSE(memory.maxBytes);
  CHECK_FALSE(memory.freeBytes);
  CHECK(memory.currentBytes == 70000);
}

TEST_CASE("version 1 writes no limit as a huge number") {
  const ScratchDirectory scratch;
  scratch.write("proc/self/cgroup", "4:memory:/a\n");
  scratch.write("proc/self/mountinfo", "31 30 0:27 / /cg rw - cgroup cgroup rw,memory\n");
  scratch.write("cg/a/memory.limit_in_bytes", "9223372036854771712\n");
  scratch.write("cg/a/memory.usage_in_bytes", "5000\n");
  CHECK_FALSE(readCgroupMemory(scratch.path()).maxBytes);
  CHECK(readCgroupMemory(scratch.path()).currentBytes == 5000);
  scratch.write("cg/a/memory.limit_in_bytes", "8000\n");
  CHECK(readCgroupMemory(scratch.path()).freeBytes == 3000);
}

TEST_CASE("more memory than there is is refused with both numbers") {
  CHECK(requireMemory(4096).ok());
  const auto refused = requireMemory(1ull << 60);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == "not-enough-memory");
  CHECK(refused.error().message.find("1152921504606846976") != std::string::npos);
  CHECK(saturatingAdd(~0ull, 1) == ~0ull);
  CHECK(saturatingMultiply(1ull << 63, 2) == ~0ull);
  CHECK(saturatingMultiply(3, 4) == 12);
}

TEST_CASE("folio sizes are read with their settings") {
  const ScratchDirectory scratch;
  scratch.write("hugepages-2048kB/enabled", "always [inherit] madvise never\n");
  scratch.write("hugepages-64kB/enabled", "always inherit madvise [never]\n");
  scratch.write("hugepages-8kB/shmem_enabled", "never\n");
  const auto sizes = folioSizes(scratch.path());
  REQUIRE(sizes.size() == 2);
  CHECK(sizes[0].folioBytes == 64 << 10);
  CHECK(sizes[0].enabled == "never");
  CHECK(sizes[1].folioBytes == 2 << 20);
  CHECK(sizes[1].enabled == "inherit");
  // A kernel before 6.8 has one setting for its one size.
  const ScratchDirectory older;
  older.write("hpage_pmd_size", "2097152\n");
  older.write("enabled", "always [madvise] never\n");
  REQUIRE(folioSizes(older.path()).size() == 1);
  CHECK(folioSizes(older.path())[0].enabled == "madvise");
  CHECK(folioSizes(older.path() + "/nowhere").empty());
}

TEST_CASE("a size that no kernel has is unsupported") {
  CHECK(settingFor(12345).error().code == "unsupported");
  CHECK(requireFolioSize(1ull << 40).error().code == "unsupported");
}

TEST_CASE("an area of swap begins as mkswap(8) writes it, whatever the size of a page") {
  for (const std::uint64_t page : {4096, 16384, 65536}) {
    const std::string header = swapHeader(100 * page, page);
    REQUIRE(header.size() == page);
    CHECK(header.substr(page - 10) == "SWAPSPACE2");
    CHECK(header.substr(1024, 12) == std::string({1, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0}));
    CHECK(static_cast<std::uint64_t>(std::ranges::count(header, '\0')) == page - 12);
  }
}
