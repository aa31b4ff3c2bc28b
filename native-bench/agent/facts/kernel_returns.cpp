#include "agent/facts/kernel_returns.hpp"

#include <algorithm>
#include <array>

#include "harness/text_file.hpp"

namespace folio {

namespace {

constexpr std::string_view plain = "plain";

struct Meaning {
  std::string_view text;
  std::string_view kind;
};

// What x86 kernels from 5.19 on write (arch/x86/kernel/cpu/bugs.c). A mitigation that does not
// concern returns leaves them plain.
constexpr std::array stackOverflowTexts{
    Meaning{"Not affected", plain},
    Meaning{"Vulnerable", plain},
    Meaning{"Vulnerable: No microcode", plain},
    Meaning{"Vulnerable: no microcode", plain},
    Meaning{"Vulnerable: Microcode, no safe RET", plain},
    Meaning{"Vulnerable: Safe RET, no microcode", "safe-ret"},
    Meaning{"Mitigation: Safe RET", "safe-ret"},
    Meaning{"Mitigation: safe RET", "safe-ret"},
    Meaning{"Mitigation: safe RET, no microcode", "safe-ret"},
    Meaning{"Mitigation: microcode", plain},
    Meaning{"Mitigation: SMT disabled", plain},
    Meaning{"Mitigation: IBPB", plain},
    Meaning{"Mitigation: IBPB, no microcode", plain},
    Meaning{"Mitigation: IBPB on VMEXIT only", plain},
    Meaning{"Mitigation: Reduced Speculation", plain},
};
constexpr std::array retbleedTexts{
    Meaning{"Not affected", plain},
    Meaning{"Vulnerable", plain},
    Meaning{"Vulnerable: untrained return thunk / IBPB on non-AMD based uarch", "untrained"},
    Meaning{"Mitigation: untrained return thunk", "untrained"},
    Meaning{"Mitigation: IBPB", plain},
    Meaning{"Mitigation: IBRS", plain},
    Meaning{"Mitigation: Enhanced IBRS", plain},
    Meaning{"Mitigation: Stuffing", "stuffing"},
};
constexpr std::array targetSelectionTexts{
    Meaning{"Not affected", plain},
    Meaning{"Vulnerable", plain},
    Meaning{"Mitigation: Vulnerable, KVM: Not affected", plain},
    Meaning{"Mitigation: Aligned branch/return thunks", "aligned-thunk"},
    Meaning{"Mitigation: Retpolines, Stuffing RSB", "stuffing"},
};

// The kernel has one return thunk. A later of these takes the place of an earlier one.
constexpr std::array<std::string_view, 5> precedence{plain, "aligned-thunk", "stuffing",
                                                     "untrained", "safe-ret"};

// A file that is there: its text in front of "; SMT ..." and what that means.
struct Report {
  std::string text;  // "name: what the file says"
  std::optional<std::string_view> kind;
};

template <class Texts>
void read(const MachineFiles& files, const std::string& name, const Texts& meanings,
          std::vector<Report>& reports) {
  const OptionalText text = files.text("/sys/devices/system/cpu/vulnerabilities/" + name);
  if (!text) return;
  Report report{name + ": " + *text, std::nullopt};
  const std::string_view said = std::string_view(*text).substr(0, text->find(';'));
  const auto known = std::ranges::find(meanings, said, &Meaning::text);
  if (known != meanings.end()) report.kind = known->kind;
  reports.push_back(std::move(report));
}

}  // namespace

KernelReturns readKernelReturns(const MachineFiles& files) {
  const std::string cpuinfo = files.text("/proc/cpuinfo").value_or("");
  if (fieldOf(cpuinfo, "CPU implementer")) return {plain, "Arm kernels have no return thunks"};
  std::vector<Report> reports;
  read(files, "spec_rstack_overflow", stackOverflowTexts, reports);
  read(files, "retbleed", retbleedTexts, reports);
  read(files, "indirect_target_selection", targetSelectionTexts, reports);
  if (reports.empty()) return {std::nullopt, "this kernel does not tell about its mitigations"};
  for (const Report& report : reports)
    if (!report.kind) return {std::nullopt, "not understood: " + report.text};
  const auto rank = [](const Report& report) {
    return std::ranges::find(precedence, *report.kind);
  };
  const Report& decisive = *std::ranges::max_element(reports, {}, rank);
  if (*decisive.kind != plain) return {decisive.kind, decisive.text};
  std::string all;
  for (const Report& report : reports) all += (all.empty() ? "" : "; ") + report.text;
  return {plain, all};
}

}  // namespace folio
