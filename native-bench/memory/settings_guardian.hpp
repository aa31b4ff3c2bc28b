// Changes settings of the kernel, and sees to it that they are undone however this process ends.
//
// A small guardian process of its own session makes the changes and keeps one end of a socket; when
// the other end closes, because its owner is done or was killed, the guardian undoes everything. It
// writes each change into a journal before making it; if it is killed as well, the next agent
// undoes what the journal holds. The guardian locks its journal for as long as it lives, so that a
// journal without a lock is one that nobody cares for any more.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "harness/descriptor.hpp"
#include "harness/result.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

struct SettingsPlaces {
  std::string journalDirectory;  // made when it is needed; empty: there is no private place for one
  std::string settingsRoot;      // nothing outside of it is ever written
};

// /run for root, otherwise XDG_RUNTIME_DIR or the home directory; the kernel's settings of folio
// sizes.
SettingsPlaces settingsPlaces();

class SettingsGuardian {
 public:
  explicit SettingsGuardian(SettingsPlaces places) : places_(std::move(places)) {}
  SettingsGuardian(SettingsGuardian&&) = delete;
  ~SettingsGuardian() { restore(); }

  // Undoes what agents left that were killed together with their guardians. Returns what to tell
  // people about it.
  static std::vector<std::string> restoreAbandoned(const SettingsPlaces& places);

  // Waits until no other guardian has anything left to undo. To be called before the present
  // settings are read: those of an agent that was just killed are about to be taken back. Error
  // `failed` when another agent goes on living with changes of its own.
  Result<Done> awaitOthers() const;
  // Error `not-permitted` or `failed`; then nothing was changed.
  Result<SettingChange> change(const SettingChange& wanted);
  // Undoes all changes now, in reverse order. A setting that somebody else has changed since is
  // left alone.
  void restore();
  // For a copy of this object in a forked process: lets go without an effect.
  void abandon();

 private:
  Result<Done> startGuardian();

  SettingsPlaces places_;
  Descriptor socket_;
  pid_t guardian_ = -1;
};

}  // namespace folio
