import type { Migration } from './migration.ts'

/**
 * Kernels in virtual machines may have boot parameters, within the plans that are stored already;
 * the schema of a plan reads one without as none. Programs of the form before would resume such a
 * run on kernels without them, and so must not open it.
 */
export const bootParameters: Migration = {
  version: 8,
  apply: () => undefined,
}
