// Which folio sizes this kernel offers to MADV_HUGEPAGE: reading
// /sys/kernel/mm/transparent_hugepage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/result.hpp"

namespace folio {

inline const std::string thpDirectory = "/sys/kernel/mm/transparent_hugepage";

std::uint64_t basePageBytes();
// The size that one PMD entry maps: 2 MiB on x86-64. Nothing on a kernel without transparent huge
// pages.
std::optional<std::uint64_t> pmdFolioBytes();

// The directory with the settings and statistics of one folio size (Linux 6.8 and later); it need
// not exist.
std::string folioSizeDirectory(std::uint64_t folio);

struct FolioSize {
  std::uint64_t folioBytes;
  std::string enabled;  // always, inherit, madvise or never
};

// Sizes that anonymous memory can have, ascending. A kernel without settings for each size offers
// one: the PMD's.
std::vector<FolioSize> folioSizes(const std::string& directory = thpDirectory);

// A change of a setting: to be made, or made.
struct SettingChange {
  std::string path;
  std::string from;
  std::string to;
};

// Whether MADV_HUGEPAGE is without effect in this process, because it or whoever started it said so
// (PR_SET_THP_DISABLE, which is inherited and which service managers can set).
bool thpDisabledForProcess();

// Nothing to change when the size is already available, as single base pages always are. Error
// `unsupported` when this kernel does not have it.
Result<std::optional<SettingChange>> settingFor(std::uint64_t folio);

// Error `unsupported` or `thp-never` when the kernel cannot give folios of this size now.
Result<Done> requireFolioSize(std::uint64_t folio);

}  // namespace folio
