// Hardware counters of this process, and of children it forks if wanted.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/descriptor.hpp"

namespace folio {

// An object that could open nothing counts nothing and says why: callers have one path.
class PerfCounters {
 public:
  // Kernel and user mode together where that is permitted, otherwise nothing: the operations run in
  // the kernel, so that a count of user mode alone would mislead. `withChildren` counts processes
  // forked later as well; it makes fork itself slower.
  static PerfCounters open(bool withChildren);

  bool available() const { return !counters_.empty(); }
  // Why nothing is counted; empty when something is.
  const std::string& reason() const { return reason_; }

  void start();
  void stop();
  // Counts since start(), scaled up where the kernel had to share the hardware between events.
  std::vector<std::pair<std::string, double>> read() const;

 private:
  struct Counter {
    std::string_view name;
    Descriptor descriptor;
  };
  std::vector<Counter> counters_;
  std::string reason_;
};

}  // namespace folio
