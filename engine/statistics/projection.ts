// What an extra cost seen in the model would change on a kernel whose time was measured.
import { medianInterval } from './median-interval.ts'
import { familyConfidence } from './multiple-comparisons.ts'
import { median } from './quantile.ts'

/** A median with its interval; the ends are null where there are too few values for one. */
export type Estimated = {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

export type Projected = {
  /** Same unit as `extra`. */
  readonly extra: Estimated
  /** Same unit as `host`. */
  readonly host: Estimated
  /** 100 · extra ÷ host. */
  readonly percent: Estimated
}

const intervals = 2 // one of the model, one of the kernel

/**
 * Percent that the median of `extra` (differences of paired rounds) is of the median of `host`,
 * both in the same unit. The interval holds with at least `confidence`: each of the two it is
 * made from has the confidence that Bonferroni asks of one of two, and the quotient lies between
 * its values at the four corners. Throws RangeError without a value on either side or unless
 * every host value is positive.
 */
export function projectChange(
  extra: readonly number[],
  host: readonly number[],
  confidence: number,
): Projected {
  if (extra.length === 0 || host.length === 0) throw new RangeError('a projection needs values on both sides')
  if (host.some(value => !(value > 0))) throw new RangeError('the time of a kernel is positive')
  const each = familyConfidence(confidence, intervals)
  const [numerator, denominator] = [estimate(extra, each), estimate(host, each)]
  return { extra: numerator, host: denominator, percent: percentOf(numerator, denominator) }
}

function estimate(values: readonly number[], confidence: number): Estimated {
  const interval = medianInterval(values, confidence)
  return interval === null
    ? { value: median(values), low: null, high: null }
    : { value: interval.median, low: interval.low, high: interval.high }
}

function percentOf(extra: Estimated, host: Estimated): Estimated {
  const value = (100 * extra.value) / host.value
  if (extra.low === null || extra.high === null || host.low === null || host.high === null)
    return { value, low: null, high: null }
  const [hostLow, hostHigh] = [host.low, host.high]
  const corners = [extra.low, extra.high].flatMap(end => [(100 * end) / hostLow, (100 * end) / hostHigh])
  return { value, low: Math.min(...corners), high: Math.max(...corners) }
}
