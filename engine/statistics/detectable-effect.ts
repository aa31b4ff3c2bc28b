// How small a change a number of rounds can show, and how many rounds a change needs.
import { binomialCdf } from './binomial.ts'
import { medianRank } from './median-interval.ts'
import { median, quantileOfSorted, sortAscending } from './quantile.ts'

/** Share of experiments that show the effect when it is there. */
const power = 0.8

/** Above it a pilot has too few small deviations to show more, and the effect shrinks as 1/√n. */
const largestCountedRounds = 100

/** The rows of a table usually have the same number of rounds, and so the same share. */
const toleratedShares = new Map<string, number>()

function toleratedShare(k: number, n: number): number {
  const key = `${k} of ${n}`
  const share = toleratedShares.get(key) ?? solveToleratedShare(k, n)
  toleratedShares.set(key, share)
  return share
}

/** The q with F(k; n, q) = power, by halving. */
function solveToleratedShare(k: number, n: number): number {
  let low = 0
  let high = 1
  for (let middle = 0.5; middle !== low && middle !== high; middle = (low + high) / 2) {
    if (binomialCdf(k, n, middle) > power) low = middle
    else high = middle
  }
  return low
}

/**
 * The smallest change (as a log ratio) that `rounds` paired rounds show with 80 % power, judged by
 * the log ratios D of a pilot (20 or more, best of an A/A run). Null without a pilot, or when so
 * few rounds give no interval.
 *
 * The interval of rank k excludes 0 when at most k − 1 rounds point the wrong way, so their share q
 * may be as large as F(k − 1; n, q) = 0.8 allows. D being symmetric (either variant may come
 * first), a change δ leaves the share q when 2q of the pilot lies further than δ from its median: δ
 * = the quantile of |D − median(D)| at 1 − 2q. For normal D that is 4.4·σ/√n at n = 10 and 3.7 to
 * 3.8 from 20 on, with steps, since k is a whole number. Unlike a multiple of 1.4826·MAD it holds
 * with the far outliers of a busy host, which take rounds away without being seen by the MAD.
 */
export function detectableEffect(
  pilot: readonly number[],
  rounds: number,
  confidence: number,
): number | null {
  return effectFrom(sortedDeviations(pilot), rounds, confidence)
}

/** |D − median(D)|, ascending. */
function sortedDeviations(pilot: readonly number[]): ArrayLike<number> {
  if (pilot.length === 0) return []
  const centre = median(pilot)
  return sortAscending(pilot.map(difference => Math.abs(difference - centre)))
}

function effectFrom(deviations: ArrayLike<number>, rounds: number, confidence: number): number | null {
  const counted = Math.min(rounds, largestCountedRounds)
  const found = medianRank(counted, confidence)
  if (found === null || deviations.length === 0) return null
  const share = toleratedShare(found.rank - 1, counted)
  return quantileOfSorted(deviations, Math.max(0, 1 - 2 * share)) * Math.sqrt(counted / rounds)
}
