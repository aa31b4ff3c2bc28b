#include "harness/descriptor.hpp"

#include <fcntl.h>

#include "harness/system_error.hpp"

namespace folio {

Result<Pipe> makePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return systemError("pipe2");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<Done> writeAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return systemError("write");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return Done{};
}

}  // namespace folio
