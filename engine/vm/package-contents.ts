import type { takeMember } from './tar-member.ts'

/** The files of a package as a stream, and how one is taken out of it. */
export type PackageContents = Readonly<{
  /** From the beginning, each time again. */
  read: () => AsyncIterable<Uint8Array>
  takeMember: typeof takeMember
}>
