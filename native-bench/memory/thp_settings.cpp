#include "memory/thp_settings.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "harness/text_file.hpp"

namespace folio {

namespace {

std::string enabledOf(const std::string& directory) {
  const auto text = readTextFile(directory + "/enabled");
  return text ? std::string(bracketedChoice(*text)) : std::string();
}

std::string offeredList() {
  std::string list;
  for (const FolioSize& size : folioSizes()) {
    list += (list.empty() ? "" : ", ") + std::to_string(size.folioBytes);
  }
  return list.empty() ? "none" : list;
}

}  // namespace

std::uint64_t basePageBytes() {
  return static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::optional<std::uint64_t> pmdFolioBytes() {
  return readNumber(thpDirectory + "/hpage_pmd_size");
}

std::string folioSizeDirectory(std::uint64_t folio) {
  return thpDirectory + "/hugepages-" + std::to_string(folio / 1024) + "kB";
}

std::vector<FolioSize> folioSizes(const std::string& directory) {
  std::vector<FolioSize> sizes;
  constexpr std::string_view prefix = "hugepages-";
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(prefix) || !name.ends_with("kB")) continue;
    const auto kib =
        parseNumber(std::string_view(name).substr(prefix.size(), name.size() - prefix.size() - 2));
    const std::string enabled = enabledOf(entry.path());
    // Sizes for shared memory alone have no `enabled`.
    if (kib && !enabled.empty()) sizes.push_back({*kib * 1024, enabled});
  }
  if (sizes.empty()) {
    const auto pmd = readNumber(directory + "/hpage_pmd_size");
    const std::string enabled = enabledOf(directory);
    if (pmd && !enabled.empty()) sizes.push_back({*pmd, enabled});
  }
  std::ranges::sort(sizes, {}, &FolioSize::folioBytes);
  return sizes;
}

bool thpDisabledForProcess() {
  // Since Linux 6.18 further bits say that memory with the advice is excepted.
  return prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1;
}

Result<std::optional<SettingChange>> settingFor(std::uint64_t folio) {
  if (folio == basePageBytes()) return std::optional<SettingChange>{};
  const auto sizes = folioSizes();
  const auto size = std::ranges::find(sizes, folio, &FolioSize::folioBytes);
  if (size == sizes.end()) {
    return Error{"unsupported", "this kernel does not offer folios of " + std::to_string(folio) +
                                    " bytes to anonymous memory; it offers: " + offeredList()};
  }
  const std::string global = enabledOf(thpDirectory);
  const std::string effective = size->enabled == "inherit" ? global : size->enabled;
  if (effective != "never") return std::optional<SettingChange>{};
  const bool hasOwnSetting = std::filesystem::exists(folioSizeDirectory(folio) + "/enabled");
  const std::string path = (hasOwnSetting ? folioSizeDirectory(folio) : thpDirectory) + "/enabled";
  return std::optional(SettingChange{path, size->enabled, "madvise"});
}

Result<Done> requireFolioSize(std::uint64_t folio) {
  if (folio == basePageBytes()) return Done{};
  if (thpDisabledForProcess()) {
    return Error{"thp-never",
                 "huge pages are switched off for this process (PR_SET_THP_DISABLE) by whatever "
                 "started it: start the "
                 "agent from a shell, or without MemoryTHP=disable in its service"};
  }
  const auto setting = settingFor(folio);
  if (!setting) return setting.error();
  if (!*setting) return Done{};
  const SettingChange& change = **setting;
  return Error{"thp-never", "folios of " + std::to_string(folio) +
                                " bytes are switched off: " + change.path + " is " + change.from +
                                ". Send request=settings folio=" + std::to_string(folio) +
                                ", or write madvise to it as root"};
}

}  // namespace folio
