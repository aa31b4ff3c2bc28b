// Mann–Whitney U, exact with and without ties, and the null distribution it shares with the
// interval of a shift (shift-interval.ts).
import { elementAt } from './element-at.ts'
import { normalCdf } from './normal-distribution.ts'
import { sortAscending } from './quantile.ts'

/**
 * Up to this many pairs (50 against 50) the null distribution is counted exactly, which takes some
 * 10 ms at the limit; above it the normal approximation is within 0.001 of the exact p.
 */
export const exactPairLimit = 2500

export type RankTest = {
  /** Pairs in which the first sample's value is the larger, ties counting one half. */
  readonly u: number
  /**
   * P(U ≤ u) if both samples come from one distribution: small when the first tends to be smaller.
   */
  readonly less: number
  /** P(U ≥ u). */
  readonly greater: number
  /** Two-sided: 2 · min(less, greater), at most 1. */
  readonly p: number
  readonly method: 'exact' | 'normal'
}

type Ranking = {
  readonly u: number
  /** How many values share each distinct value, ascending by value. */
  readonly tieSizes: readonly number[]
}

function rank(first: readonly number[], second: readonly number[]): Ranking {
  const a = sortAscending(first)
  const b = sortAscending(second)
  const tieSizes: number[] = []
  let u = 0
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity)
    const smallerInSecond = j
    let inFirst = 0
    while (i < a.length && a[i] === value) {
      i++
      inFirst++
    }
    while (j < b.length && b[j] === value) j++
    const inSecond = j - smallerInSecond
    u += inFirst * (smallerInSecond + inSecond / 2)
    tieSizes.push(inFirst + inSecond)
  }
  return { u, tieSizes }
}

/** n over k as a double; exact while it is below 2⁵³. */
function choose(n: number, k: number): number {
  let result = 1
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i
  return result
}

/**
 * P(U = u) for every u from 0 to `largest` when `firstSize` of the values are drawn at random as
 * the first sample. Index = u · `stepsPerPair`: 1 without ties, 2 with ties (U then moves in
 * halves). Counts, group by group of equal values, the ways to have put j values into the first
 * sample with a given U: choosing c of a group of t after s smaller values adds c·((s − j) + (t −
 * c)/2). Source of the idea: Klotz, "The Wilcoxon, ties, and the computer", JASA 61 (1966).
 */
export function rankSumProbabilities(
  tieSizes: readonly number[],
  firstSize: number,
  largest: number,
  stepsPerPair: 1 | 2,
): Float64Array {
  const length = Math.floor(largest * stepsPerPair) + 1
  const ways = Array.from({ length: firstSize + 1 }, () => new Float64Array(length))
  elementAt(ways, 0)[0] = 1
  let smaller = 0
  for (const size of tieSizes) {
    for (let j = Math.min(firstSize, smaller + size); j >= 1; j--) {
      const into = elementAt(ways, j)
      for (let chosen = 1; chosen <= Math.min(size, j); chosen++) {
        const from = elementAt(ways, j - chosen)
        const pairs = chosen * (smaller - (j - chosen) + (size - chosen) / 2)
        const shift = pairs * stepsPerPair
        // More values in the first sample than there were: no way, all zeros.
        if (shift < 0) continue
        const weight = choose(size, chosen)
        // The hot loop: both arrays have `length` elements, so no index is missing.
        for (let index = shift; index < length; index++) {
          into[index] = (into[index] ?? 0) + weight * (from[index - shift] ?? 0)
        }
      }
    }
    smaller += size
  }
  const total = choose(smaller, firstSize)
  return elementAt(ways, firstSize).map(count => count / total)
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function exactTails(ranking: Ranking, firstSize: number, pairs: number): { less: number; greater: number } {
  const stepsPerPair = ranking.tieSizes.some(size => size > 1) ? 2 : 1
  const isLowerHalf = ranking.u <= pairs / 2
  // Turning the order of the values round turns U into pairs − U: only the shorter tail is counted.
  const tieSizes = isLowerHalf ? ranking.tieSizes : [...ranking.tieSizes].reverse()
  const observed = isLowerHalf ? ranking.u : pairs - ranking.u
  const probabilities = rankSumProbabilities(tieSizes, firstSize, observed, stepsPerPair)
  const tail = Math.min(1, sum(probabilities))
  const otherTail = Math.min(1, 1 - tail + elementAt(probabilities, probabilities.length - 1))
  return isLowerHalf ? { less: tail, greater: otherTail } : { less: otherTail, greater: tail }
}

/**
 * Normal approximation with continuity correction; σ² = n₁n₂/12 · (N + 1 − Σ(t³ − t) / (N(N − 1))).
 */
function normalTails(ranking: Ranking, total: number, pairs: number): { less: number; greater: number } {
  const tieTerm = ranking.tieSizes.reduce((sum, t) => sum + (t * t * t - t), 0) / (total * (total - 1))
  const deviation = Math.sqrt((pairs / 12) * (total + 1 - tieTerm))
  if (deviation === 0) return { less: 1, greater: 1 }
  const distance = ranking.u - pairs / 2
  return { less: normalCdf((distance + 0.5) / deviation), greater: normalCdf((0.5 - distance) / deviation) }
}

/**
 * Mann–Whitney U test of "both samples come from one distribution". Exact and aware of ties up to
 * `exactLimit` pairs, else the normal approximation with tie and continuity correction.
 * Source: Mann and Whitney (1947); two-sided by doubling the smaller tail, as R's wilcox.test does.
 */
export function mannWhitney(
  first: readonly number[],
  second: readonly number[],
  exactLimit: number = exactPairLimit,
): RankTest {
  if (first.length === 0 || second.length === 0)
    throw new RangeError('a rank test needs values on both sides')
  const pairs = first.length * second.length
  const ranking = rank(first, second)
  const method = pairs <= exactLimit ? 'exact' : 'normal'
  const tails =
    method === 'exact'
      ? exactTails(ranking, first.length, pairs)
      : normalTails(ranking, first.length + second.length, pairs)
  return { u: ranking.u, ...tails, p: Math.min(1, 2 * Math.min(tails.less, tails.greater)), method }
}
