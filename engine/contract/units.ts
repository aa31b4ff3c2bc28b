/**
 * Named units. They are not enforced by the compiler, but every signature says what it takes.
 * Values are kept in these base units everywhere; scaling for people happens at the edge.
 */
export type Nanoseconds = number
export type Milliseconds = number
export type Seconds = number
export type Bytes = number
/** Percent change: 10 means "10 % more than the baseline". */
export type Percent = number
/** A moment of wall-clock time, in milliseconds since 1970-01-01 UTC. */
export type Timestamp = number

export const nanosecondsPerSecond = 1e9
export const kibibyte = 1024
// Of x86-64, and the smallest of every other supported machine.
export const basePageBytes: Bytes = 4096
export const mebibyte = 1024 * kibibyte
export const gibibyte = 1024 * mebibyte

/** What one entry of a PMD maps: a page of entries of eight bytes, each for one page. */
export function hugePageBytesOf(pageBytes: Bytes): Bytes {
  return (pageBytes / 8) * pageBytes
}
