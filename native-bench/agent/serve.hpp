// The supervisor: speaks the protocol, has every sample taken by a worker process, and ends with its input.
#pragma once

namespace folio {

// Exit status: 0 after `bye`, or when the input ended between requests; 1 when it ended in the middle of
// something.
int serve(int inputDescriptor, int outputDescriptor);

}  // namespace folio
