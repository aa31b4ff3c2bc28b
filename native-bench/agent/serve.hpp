// The supervisor: speaks the protocol, has every sample taken by a worker process, and ends with
// its input.
#pragma once

#include <span>

namespace folio {

// `words` are options, each followed by its value:
//   --silence SECONDS    the agent ends when it has read nothing for so long: the machine at the
//                        other end of a connection may vanish without closing it. An empty line
//                        is enough, and is not answered
//   --lock NAME          in the abstract namespace (unix(7)): held while the agent lives, so that
//                        there is only one
//   --lock-wait SECONDS  how long to wait while another process holds it
// Exit status: 0 after `bye`, or when the input ended between requests; 1 when it ended in the
// middle of something, or when the lock was not to be had; 2 when it was called wrongly.
int serve(std::span<char*> words, int inputDescriptor, int outputDescriptor);

}  // namespace folio
