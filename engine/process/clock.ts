import type { Nanoseconds, Timestamp } from '../contract/units.ts'

/** Time as a session sees it; tests bring their own. */
export type Clock = Readonly<{
  now: () => Timestamp
  /** Time since some fixed moment; never goes back. */
  monotonicNs: () => Nanoseconds
}>

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNs: () => Math.round(performance.now() * 1e6),
}
