// One agent measures a machine at a time: a name in the abstract namespace (unix(7)), which the
// kernel frees when its holder is gone, however that ended.
#pragma once

#include <cstddef>
#include <string>

#include "harness/descriptor.hpp"
#include "harness/result.hpp"

namespace folio {

class MachineLock {
 public:
  static constexpr std::size_t longestName = 100;

  MachineLock() = default;

  // Error `busy` when another process still has the name after so many seconds.
  static Result<MachineLock> take(const std::string& name, unsigned waitSeconds);

 private:
  explicit MachineLock(Descriptor socket) : socket_(std::move(socket)) {}

  Descriptor socket_;
};

}  // namespace folio
