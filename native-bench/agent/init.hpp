// The agent as /init of a virtual machine: the only process there, speaking the protocol on the
// second serial port.
#pragma once

namespace folio {

// Never returns: powers the machine off after `bye`, and panics it, which ends it as well, when it
// cannot serve. What it has to say goes to the console.
[[noreturn]] void runAsInit();

}  // namespace folio
