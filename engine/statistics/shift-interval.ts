// How far one sample is shifted against another that was not measured in the same rounds.
import { assertConfidence } from './confidence.ts'
import { elementAt } from './element-at.ts'
import { normalCdf, normalQuantile } from './normal-distribution.ts'
import { sortAscending } from './quantile.ts'
import { exactPairLimit, rankSumProbabilities } from './rank-test.ts'

export type ShiftInterval = {
  readonly low: number
  readonly high: number
  /** 1 − 2·P(U ≤ k − 1): at least the confidence asked for. */
  readonly coverage: number
}

// Halvings after which the bracket is narrower than the rounding error of
// the differences themselves.
const halvings = 64

/**
 * The rank-th smallest (from 1) of all differences second − first, without building
 * them: halves a bracket of values and counts differences below its middle in O(n₁ +
 * n₂), then returns the one inside.
 */
function differenceOfRank(first: Float64Array, second: Float64Array, rank: number): number {
  function countAtMost(limit: number): number {
    let count = 0
    let j = 0
    for (const value of first) {
      while (j < second.length && elementAt(second, j) - value <= limit) j++
      count += j
    }
    return count
  }
  function smallestAbove(limit: number): number {
    let smallest = Infinity
    let j = 0
    for (const value of first) {
      while (j < second.length && elementAt(second, j) - value <= limit) j++
      if (j < second.length) smallest = Math.min(smallest, elementAt(second, j) - value)
    }
    return smallest
  }
  const lowest = elementAt(second, 0) - elementAt(first, first.length - 1)
  if (countAtMost(lowest) >= rank) return lowest
  let low = lowest
  let high = elementAt(second, second.length - 1) - elementAt(first, 0)
  for (let i = 0; i < halvings; i++) {
    const middle = low + (high - low) / 2
    if (countAtMost(middle) >= rank) high = middle
    else low = middle
  }
  return smallestAbove(low)
}

/**
 * Hodges–Lehmann estimate: the median of all differences second − first, same unit as the values.
 * Source: Hodges and Lehmann, Annals of Mathematical Statistics 34 (1963).
 */
export function hodgesLehmannShift(first: readonly number[], second: readonly number[]): number {
  const a = sortAscending(first)
  const b = sortAscending(second)
  const pairs = a.length * b.length
  const upper = differenceOfRank(a, b, Math.floor(pairs / 2) + 1)
  return pairs % 2 === 1 ? upper : (differenceOfRank(a, b, pairs / 2) + upper) / 2
}

/** The largest k with P(U ≤ k − 1) ≤ α/2 for samples without ties, and the coverage it gives. */
function shiftRank(firstSize: number, secondSize: number, confidence: number) {
  const limit = (1 - confidence) / 2
  const pairs = firstSize * secondSize
  if (pairs > exactPairLimit) {
    const deviation = Math.sqrt((pairs * (firstSize + secondSize + 1)) / 12)
    const rank = Math.floor(pairs / 2 + 0.5 + normalQuantile(limit) * deviation)
    return { rank, coverage: 1 - 2 * normalCdf((rank - 0.5 - pairs / 2) / deviation) }
  }
  const distinct = Array.from({ length: firstSize + secondSize }, () => 1)
  let rank = 0
  let tail = 0
  for (const probability of rankSumProbabilities(distinct, firstSize, Math.floor(pairs / 2), 1)) {
    if (tail + probability > limit) break
    tail += probability
    rank++
  }
  return { rank, coverage: 1 - 2 * tail }
}

/**
 * Interval of the shift: the k-th smallest to the k-th largest difference second − first, k from
 * the exact distribution of U (normal above 2,500 pairs). With ties the coverage stated is a lower
 * bound. Null when the samples are too small for the confidence. Source: Hollander, Wolfe and
 * Chicken, Nonparametric Statistical Methods (2014), 4.3 (Moses).
 */
export function shiftInterval(
  first: readonly number[],
  second: readonly number[],
  confidence: number,
): ShiftInterval | null {
  assertConfidence(confidence)
  const { rank, coverage } = shiftRank(first.length, second.length, confidence)
  if (rank < 1) return null
  const a = sortAscending(first)
  const b = sortAscending(second)
  return {
    low: differenceOfRank(a, b, rank),
    high: differenceOfRank(a, b, a.length * b.length + 1 - rank),
    coverage,
  }
}

/** The smallest n per side that gives an interval: 2 / C(2n, n) ≤ 1 − confidence. 4 at 95 %. */
export function leastSamplesPerSide(confidence: number): number {
  assertConfidence(confidence)
  let orders = 1
  let n = 0
  do {
    n++
    orders = (orders * (2 * n) * (2 * n - 1)) / (n * n)
  } while (2 / orders > 1 - confidence)
  return n
}
