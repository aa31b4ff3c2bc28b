// What may be said of a change, given its interval and what the machine can distinguish.
import { logRatioOf } from './log-ratio.ts'

/** Whether less (time, instructions) or more (throughput) of a metric is better. */
export type Better = 'less' | 'more'

/** Changes smaller than this do not interest the user unless said otherwise, percent. */
export const defaultThresholdPercent = 1

/**
 * One of the five verdicts, or why there is none (`too-few`, `not-calibrated`). δ, the half-width
 * of the region of no interest, is in percent of the baseline.
 */
export type Verdict =
  | { readonly kind: 'improved' | 'regressed' | 'changed-within-floor'; readonly deltaPercent: number }
  | {
      readonly kind: 'no-change'
      readonly deltaPercent: number
      /** The interval lies inside ±δ and yet excludes 0. */
      readonly isSmallChangeResolved: boolean
    }
  | {
      readonly kind: 'not-resolved'
      readonly deltaPercent: number
      readonly lowPercent: number
      readonly highPercent: number
      /** About how many more rounds would resolve it; null where more of the same cannot. */
      readonly moreRounds: number | null
    }
  /** No interval: `have` usable rounds (or values a side), `need` for the confidence asked for. */
  | { readonly kind: 'too-few'; readonly have: number; readonly need: number }
  /** An interval, but no A/A floor of this host and benchmark to judge it by. */
  | { readonly kind: 'not-calibrated' }

export type IntervalPercent = {
  readonly percent: number
  readonly low: number
  readonly high: number
}

/** δ = max(the user's threshold, the machine's A/A floor), percent. */
export function regionOfNoInterest(thresholdPercent: number, noiseFloorPercent: number): number {
  if (!(thresholdPercent > 0)) {
    throw new RangeError(`the threshold must be above 0 %, not ${thresholdPercent} %`)
  }
  if (!(noiseFloorPercent >= 0)) {
    throw new RangeError(`the noise floor must not be below 0 %, not ${noiseFloorPercent} %`)
  }
  return Math.max(thresholdPercent, noiseFloorPercent)
}

/**
 * Rounds still missing until the interval [L, U] around c excludes 0 or fits into ±δ, whichever
 * comes first: its half-width h shrinks as 1/√n and must become h* = max(|c|, δ − |c|), so
 * n·(h/h*)² − n, at least 1. In logarithms; an estimate, since c itself will move.
 */
function roundsToResolve(interval: IntervalPercent, deltaPercent: number, n: number): number {
  const centre = logRatioOf(interval.percent)
  const halfWidth = Math.max(logRatioOf(interval.high) - centre, centre - logRatioOf(interval.low))
  const needed = Math.max(Math.abs(centre), logRatioOf(deltaPercent) - Math.abs(centre))
  return Math.max(1, Math.ceil(n * (halfWidth / needed) ** 2) - n)
}

/**
 * The verdict on an interval in percent; the first that fits: entirely beyond ±δ, entirely
 * inside ±δ, excluding 0, none of these. `n` rounds made the interval; null when more
 * rounds would not narrow it.
 */
export function judge(
  interval: IntervalPercent,
  deltaPercent: number,
  better: Better,
  n: number | null,
): Verdict {
  const { low, high } = interval
  const excludesZero = low > 0 || high < 0
  if (low > deltaPercent) return { kind: better === 'more' ? 'improved' : 'regressed', deltaPercent }
  if (high < -deltaPercent) return { kind: better === 'more' ? 'regressed' : 'improved', deltaPercent }
  if (low >= -deltaPercent && high <= deltaPercent) {
    return { kind: 'no-change', deltaPercent, isSmallChangeResolved: excludesZero }
  }
  if (excludesZero) return { kind: 'changed-within-floor', deltaPercent }
  return {
    kind: 'not-resolved',
    deltaPercent,
    lowPercent: low,
    highPercent: high,
    moreRounds: n === null ? null : roundsToResolve(interval, deltaPercent, n),
  }
}
