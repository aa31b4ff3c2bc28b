// Instructions that do nothing, by which a tool that watches the processor knows where an operation
// begins and ends (plugin/count_blocks.c).
#pragma once

namespace folio {

#if defined(__x86_64__)

// nopl with a displacement that nothing else has.
inline void markBegin() {
  asm volatile(".byte 0x0f, 0x1f, 0x84, 0x00; .ascii \"Fol1\"" ::: "memory");
}
inline void markEnd() {
  asm volatile(".byte 0x0f, 0x1f, 0x84, 0x00; .ascii \"Fol2\"" ::: "memory");
}

#elif defined(__aarch64__)

// movz xzr, with two numbers that nothing else has.
inline void markBegin() {
  asm volatile(".inst 0xd288c63f" ::: "memory");
}
inline void markEnd() {
  asm volatile(".inst 0xd288c65f" ::: "memory");
}

#else

inline void markBegin() {}
inline void markEnd() {}

#endif

}  // namespace folio
