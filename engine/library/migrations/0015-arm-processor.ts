import type { Migration } from './migration.ts'

/**
 * Machines of kernels may be arm64 ones, within the plans that are stored already; the schema of a
 * plan reads one that says nothing as x86-64. Programs of the form before would resume such a run
 * on x86-64 machines, and so must not open it.
 */
export const armProcessor: Migration = {
  version: 15,
  apply: () => undefined,
}
