#include "agent/machine_lock.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

#include "harness/clock.hpp"
#include "harness/system_error.hpp"

namespace folio {

namespace {

constexpr unsigned retryMicroseconds = 100'000;

// At its full length, padded with zero bytes, which count: as the engine takes the name of a run on
// its own machine.
sockaddr_un addressOf(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  return address;
}

}  // namespace

Result<MachineLock> MachineLock::take(const std::string& name, unsigned waitSeconds) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.isOpen()) return systemError("socket");
  const sockaddr_un address = addressOf(name);
  const std::uint64_t end = monotonicNs() + std::uint64_t{waitSeconds} * 1'000'000'000;
  while (bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EADDRINUSE) return systemError("bind to @" + name);
    if (monotonicNs() >= end) return Error{"busy", "another run is under way on this machine"};
    usleep(retryMicroseconds);
  }
  return MachineLock(std::move(socket));
}

}  // namespace folio
