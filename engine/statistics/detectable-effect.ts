// How small a change a number of rounds can show, and how many rounds a change needs.
import { binomialCdf } from './binomial.ts'
import { leastRounds, medianRank } from './median-interval.ts'
import { normalQuantile } from './normal-distribution.ts'

/** Share of experiments that show the effect when it is there. */
const power = 0.8

/**
 * Share of rounds, on each side, taken to be disturbed so much that the effect cannot be seen in them.
 * Real hosts have such rounds and σ from the MAD does not see them. With it the formula gives
 * 4.0·σ/√n at n = 20; without, 3.76·σ/√n, which on a disturbed host falls short of its power.
 */
const disturbedShare = 0.02

const largestCountedRounds = 200 // above it the effect shrinks as 1/√n to within 2 %

/** The q with F(k; n, q) = power, by halving. */
function toleratedShare(k: number, n: number): number {
  let low = 0
  let high = 1
  for (let middle = 0.5; middle !== low && middle !== high; middle = (low + high) / 2) {
    if (binomialCdf(k, n, middle) > power) low = middle
    else high = middle
  }
  return low
}

/**
 * Effect over σ that n rounds show with 80 % power. The interval of rank k excludes 0 when at most k − 1
 * rounds point the wrong way, so the share q of such rounds may be as large as F(k − 1; n, q) = 0.8 allows;
 * a round does so with probability (1 − 2e)·Φ(−δ/σ) + e, where e is the disturbed share (at most q/2).
 * This is where the steps come from: the rank k is a whole number.
 */
function effectInDeviations(n: number, confidence: number): number | null {
  const found = medianRank(n, confidence)
  if (found === null) return null
  const share = toleratedShare(found.rank - 1, n)
  const disturbed = Math.min(disturbedShare, share / 2)
  return -normalQuantile((share - disturbed) / (1 - 2 * disturbed))
}

/**
 * The smallest change (as a log ratio) that `rounds` paired rounds show with 80 % power when the log
 * ratios D have the standard deviation `deviation` = 1.4826·MAD(D). Null when there is no interval.
 */
export function detectableEffect(deviation: number, rounds: number, confidence: number): number | null {
  const factor = effectInDeviations(rounds, confidence)
  return factor === null ? null : factor * deviation
}

/**
 * The smallest number of rounds that shows a change of `effect` (log ratio, above 0) with 80 % power: the
 * inverse of `detectableEffect`; about (4·deviation/effect)² at 95 %.
 */
export function roundsNeeded(deviation: number, effect: number, confidence: number): number {
  if (!(effect > 0)) throw new RangeError(`an effect to look for must be above 0, not ${effect}`)
  for (let rounds = leastRounds(confidence); rounds <= largestCountedRounds; rounds++) {
    const detectable = detectableEffect(deviation, rounds, confidence)
    if (detectable !== null && detectable <= effect) return rounds
  }
  const atLimit = effectInDeviations(largestCountedRounds, confidence)
  if (atLimit === null) throw new RangeError(`${largestCountedRounds} rounds cannot reach ${confidence}`)
  return Math.ceil(largestCountedRounds * ((atLimit * deviation) / effect) ** 2)
}
