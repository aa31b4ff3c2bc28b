// What the kernel counted between two moments for the whole system, and whether this process
// changed its CPU.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace folio {

// Readings by name. A counter that this kernel does not have is absent.
class KernelCounters {
 public:
  // `folio` bytes selects the statistics of one folio size.
  static KernelCounters read(std::uint64_t folio);
  // Stolen time alone.
  static KernelCounters ofStolenTime();

  // This reading minus an earlier one. The kernel's own counters keep their names behind "vmstat."
  // and "thp."; those that did not move are left out.
  std::vector<std::pair<std::string, double>> since(const KernelCounters& earlier) const;
  // The difference of one counter; 0 where the kernel does not have it.
  double since(const KernelCounters& earlier, std::string_view name) const;
  bool has(std::string_view name) const { return values_.contains(name); }

 private:
  std::map<std::string, double, std::less<>> values_;
};

}  // namespace folio
