import type { takeMembers } from './tar-member.ts'

/** The files of a package as a stream, and how some are taken out of it. */
export type PackageContents = Readonly<{
  /** From the beginning, each time again. */
  read: () => AsyncIterable<Uint8Array>
  takeMembers: typeof takeMembers
}>
