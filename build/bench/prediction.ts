// Machines whose true changes differ, each measured with noise of its own: does the interval of the
// mean hold the mean, and the prediction interval the true change of one machine more?
import { createRandom, type Random } from '../../engine/plan/random.ts'
import { defaultConfidence } from '../../engine/statistics/confidence.ts'
import { medianInterval } from '../../engine/statistics/median-interval.ts'
import {
  quantileOfCoverage,
  randomEffects,
  varianceOfInterval,
  type Range,
} from '../../engine/statistics/random-effects.ts'

const trueMean = -0.03
// Of one sample of the quietest machine; of the noisiest six times as much.
const leastDeviation = 0.005
const rounds = 12

export type PredictionCoverage = Readonly<{
  machines: number
  /** Standard deviation of the true changes of machines, percent. */
  spreadPercent: number
  /** Shares of the trials. */
  mean: number
  prediction: number
  /**
   * Share of trials in which machines differed beyond their noise enough for the
   * prediction to be trusted.
   */
  isHeterogeneous: number
  /** Coverage of the prediction in these trials alone. */
  predictionThere: number
}>

/** So many experiments with so many machines whose true changes have this standard deviation. */
export function predictionCoverage(machines: number, spread: number, trials: number): PredictionCoverage {
  const seen = Array.from({ length: trials }, (_, trial) => experiment(machines, spread, trial))
  const there = seen.filter(({ isHeterogeneous }) => isHeterogeneous)
  return {
    machines,
    spreadPercent: 100 * spread,
    mean: share(seen.map(({ holdsMean }) => holdsMean)),
    prediction: share(seen.map(({ holdsNext }) => holdsNext)),
    isHeterogeneous: there.length / trials,
    predictionThere: share(there.map(({ holdsNext }) => holdsNext)),
  }
}

function experiment(
  machines: number,
  spread: number,
  trial: number,
): Readonly<{ holdsMean: boolean; holdsNext: boolean; isHeterogeneous: boolean }> {
  const random = createRandom(machines, Math.round(10_000 * spread), trial)
  const effects = Array.from({ length: machines }, () => measure(random, trueMean + spread * normal(random)))
  const found = randomEffects(effects, defaultConfidence)
  if (!found?.prediction) throw new Error('a prediction needs three machines')
  return {
    holdsMean: holds(found.interval, trueMean),
    holdsNext: holds(found.prediction, trueMean + spread * normal(random)),
    isHeterogeneous: found.iSquared >= 0.3,
  }
}

/** What a machine with this true change finds in some rounds. */
function measure(random: Random, truth: number): Readonly<{ effect: number; variance: number }> {
  const deviation = Math.SQRT2 * leastDeviation * 6 ** random.fraction()
  const interval = medianInterval(
    Array.from({ length: rounds }, () => truth + deviation * normal(random)),
    defaultConfidence,
  )
  if (interval === null) throw new Error('too few rounds')
  return {
    effect: interval.median,
    variance: varianceOfInterval(interval, quantileOfCoverage(interval.coverage)),
  }
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())
}

function holds({ low, high }: Range, value: number): boolean {
  return low <= value && value <= high
}

function share(outcomes: readonly boolean[]): number {
  return outcomes.filter(Boolean).length / outcomes.length
}
