import * as z from 'zod'

/**
 * What a sample counts. `wall`: nanoseconds of the machine's clock. `instructions`:
 * instructions that the virtual machine executed, which its own clock counts as nanoseconds;
 * the two are never compared.
 */
export const clockNames = ['wall', 'instructions'] as const
export const ClockName = z.enum(clockNames)
export type ClockName = z.infer<typeof ClockName>
