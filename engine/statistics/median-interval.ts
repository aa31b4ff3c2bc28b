// The interval of a median that assumes nothing about the distribution but independence.
import { binomialCdf, walkBinomialCdf } from './binomial.ts'
import { assertConfidence } from './confidence.ts'
import { elementAt } from './element-at.ts'
import { medianOfSorted, sortAscending } from './quantile.ts'

export type MedianRank = {
  /** The interval runs from the rank-th smallest to the rank-th largest value, counted from 1. */
  readonly rank: number
  /** Probability that the interval holds the median; at least the confidence asked for. */
  readonly coverage: number
}

export type MedianInterval = {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly coverage: number
}

/**
 * The largest k with F(k − 1; n, ½) ≤ α/2, α = 1 − confidence, and the true coverage 1 − 2·F(k − 1;
 * n, ½) of [x₍ₖ₎, x₍ₙ₊₁₋ₖ₎]. Null when n values cannot reach the confidence. Source: David and
 * Nagaraja, Order Statistics (2003), 7.1.
 */
export function medianRank(n: number, confidence: number): MedianRank | null {
  assertConfidence(confidence)
  const limit = (1 - confidence) / 2
  let rank = 0
  let tail = 0
  walkBinomialCdf(n, 0.5, (k, cumulative) => {
    if (cumulative > limit) return false
    rank = k + 1
    tail = cumulative
    return true
  })
  return rank === 0 ? null : { rank, coverage: 1 - 2 * tail }
}

/** The smallest n that gives an interval at this confidence: 2·2⁻ⁿ ≤ 1 − confidence. 6 at 95 %. */
export function leastRounds(confidence: number): number {
  assertConfidence(confidence)
  let n = 1
  while (binomialCdf(0, n, 0.5) > (1 - confidence) / 2) n++
  return n
}

/**
 * Median with its order-statistic interval, same unit as the values; null when there are too few.
 */
export function medianInterval(values: ArrayLike<number>, confidence: number): MedianInterval | null {
  const found = medianRank(values.length, confidence)
  if (found === null) return null
  const sorted = sortAscending(values)
  return {
    median: medianOfSorted(sorted),
    low: elementAt(sorted, found.rank - 1),
    high: elementAt(sorted, sorted.length - found.rank),
    coverage: found.coverage,
  }
}
