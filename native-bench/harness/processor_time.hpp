// Who used the processors of this machine while a sample was taken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace folio {

// Processor time since boot, summed over the processors.
struct MachineTime {
  std::uint64_t busyNs = 0;    // user, nice, system, irq and softirq
  std::uint64_t stolenNs = 0;  // taken by other guests of the hypervisor
};

// From the text of /proc/stat, which counts in ticks of 10 ms.
MachineTime machineTime(std::string_view procStat);

// One reading: the machine beside this process with all its children that have ended.
class ProcessorTime {
 public:
  static ProcessorTime read();

  // Since an earlier reading: `sampleNs`, the time between the two; `processorsNs`, the processor
  // time that there was in it; `otherProgramsNs`, processor time that was neither this process's
  // nor its children's, which the ticks of the machine's side may put a little below 0; `stolenNs`.
  std::vector<std::pair<std::string, double>> since(const ProcessorTime& earlier) const;

 private:
  std::uint64_t atNs_ = 0;  // CLOCK_MONOTONIC
  MachineTime machine_;
  std::uint64_t ownNs_ = 0;
};

}  // namespace folio
