// One answer over many machines: how large a change is on average, how much it differs between
// machines, and where the change of the next machine is to be expected.
import { assertConfidence } from './confidence.ts'
import { normalQuantile } from './normal-distribution.ts'
import { studentQuantile } from './student-t.ts'

/** What one machine found: its change, as a log ratio, and the variance of that estimate. */
export type MachineEffect = { readonly effect: number; readonly variance: number }

export type Range = { readonly low: number; readonly high: number }

/** All effects are log ratios; `tau` is the standard deviation of the true changes of machines. */
export type RandomEffects = {
  readonly machines: number
  /** The mean of the true changes, and the interval that holds it. */
  readonly mean: number
  readonly standardError: number
  readonly interval: Range
  /** Where the true change of one more machine is expected; null for fewer than three machines. */
  readonly prediction: Range | null
  readonly tau: number
  /** Cochran's Q. */
  readonly q: number
  /** Share of the spread that is not explained by the noise of each machine, 0 to 1. */
  readonly iSquared: number
}

// 0.0001 %: finer than any clock here, so that a machine whose rounds all
// agree is not infinitely sure.
const leastVariance = 1e-12
const mostSteps = 200
const rounding = 1e-13 // of the likelihood, which is flat around its top

/** The normal quantile z that leaves an interval of ±z with this coverage, 0 to 1. */
export function quantileOfCoverage(coverage: number): number {
  return normalQuantile((1 + coverage) / 2)
}

/**
 * The variance of an estimate from its interval: (high − low) / (2·z), squared, with z that of the
 * interval's true coverage (`quantileOfCoverage`). Source: McKean and Schrader, "A comparison of
 * methods for studentizing the sample median", Communications in Statistics B 13 (1984).
 */
export function varianceOfInterval({ low, high }: Range, z: number): number {
  const deviation = (high - low) / (2 * z)
  return Math.max(deviation ** 2, leastVariance)
}

/**
 * τ² by moments: max(0, (Q − (k − 1)) / (Σw − Σw²/Σw)), w = 1/variance.
 * Source: DerSimonian and Laird, Controlled Clinical Trials 7 (1986).
 */
export function momentsTau2(effects: readonly MachineEffect[]): number {
  const { q, sum, squares } = weighted(effects, 0)
  const spread = sum - squares / sum
  return spread > 0 ? Math.max(0, (q - (effects.length - 1)) / spread) : 0
}

/**
 * τ² by restricted maximum likelihood, by Fisher's scoring from the estimate by moments, with steps
 * halved until the likelihood does not fall. Source: Viechtbauer, Journal of Educational and
 * Behavioral Statistics 30 (2005).
 */
export function likelihoodTau2(effects: readonly MachineEffect[]): number {
  let tau2 = momentsTau2(effects)
  let likelihood = restrictedLikelihood(effects, tau2)
  for (let step = 0; step < mostSteps; step++) {
    let change = scoringStep(effects, tau2)
    let next = Math.max(0, tau2 + change)
    let reached = restrictedLikelihood(effects, next)
    while (reached < likelihood - rounding * Math.abs(likelihood) && Math.abs(change) > rounding * tau2) {
      change /= 2
      next = Math.max(0, tau2 + change)
      reached = restrictedLikelihood(effects, next)
    }
    const moved = Math.abs(next - tau2)
    tau2 = next
    likelihood = reached
    if (moved <= 1e-12 * (tau2 + leastVariance)) break
  }
  return tau2
}

/**
 * Random-effects summary of two machines or more; null for fewer.
 *
 * τ² by restricted maximum likelihood; the interval of the mean by Hartung and Knapp (Statistics in
 * Medicine 20, 2001) and Sidik and Jonkman (2002): Student's t with k − 1 degrees of freedom and
 * the variance max(1, Σw(y − μ)²/(k − 1)) / Σw, where the 1 keeps it from being narrower than what
 * the noise of each machine allows (Röver, Knapp and Friede, BMC Medical Research Methodology 15,
 * 2015). The prediction takes that variance too (Partlett and Riley, Statistics in Medicine 36,
 * 2017). I² = (Q − (k − 1)) / Q (Higgins and Thompson, Statistics in Medicine 21, 2002).
 */
export function randomEffects(effects: readonly MachineEffect[], confidence: number): RandomEffects | null {
  assertConfidence(confidence)
  const k = effects.length
  if (k < 2) return null
  for (const { effect, variance } of effects)
    if (!Number.isFinite(effect) || !(variance > 0 && Number.isFinite(variance)))
      throw new RangeError(`an effect needs a finite value and a variance above 0: ${effect} ± ${variance}`)
  const { q } = weighted(effects, 0)
  const tau2 = likelihoodTau2(effects)
  const { mean, sum, q: remaining } = weighted(effects, tau2)
  const variance = Math.max(1, remaining / (k - 1)) / sum
  const standardError = Math.sqrt(variance)
  return {
    machines: k,
    mean,
    standardError,
    interval: around(mean, studentQuantile(confidence, k - 1) * standardError),
    prediction: k < 3 ? null : predictionInterval({ mean, tau2, variance }, k, confidence),
    tau: Math.sqrt(tau2),
    q,
    iSquared: q > 0 ? Math.max(0, (q - (k - 1)) / q) : 0,
  }
}

/**
 * Where one more of k machines, three at least, is expected: μ ± t(k − 2)·√(τ² +
 * variance of μ). Source: Higgins, Thompson and Spiegelhalter, Journal of the Royal
 * Statistical Society A 172 (2009).
 */
export function predictionInterval(
  { mean, tau2, variance }: Readonly<{ mean: number; tau2: number; variance: number }>,
  k: number,
  confidence: number,
): Range {
  return around(mean, studentQuantile(confidence, k - 2) * Math.sqrt(tau2 + variance))
}

function around(centre: number, halfWidth: number): Range {
  return { low: centre - halfWidth, high: centre + halfWidth }
}

type Weighted = Readonly<{ sum: number; squares: number; cubes: number; mean: number; q: number }>

/**
 * Sums of the weights w = 1/(variance + τ²) and of their powers, the weighted
 * mean, and Σw(y − mean)².
 */
function weighted(effects: readonly MachineEffect[], tau2: number): Weighted {
  let [sum, squares, cubes, total, q] = [0, 0, 0, 0, 0]
  for (const { effect, variance } of effects) {
    const weight = 1 / (variance + tau2)
    sum += weight
    squares += weight ** 2
    cubes += weight ** 3
    total += weight * effect
  }
  const mean = total / sum
  for (const { effect, variance } of effects) q += (effect - mean) ** 2 / (variance + tau2)
  return { sum, squares, cubes, mean, q }
}

/** Up to a constant. */
function restrictedLikelihood(effects: readonly MachineEffect[], tau2: number): number {
  const { sum, q } = weighted(effects, tau2)
  const logarithms = effects.reduce((total, { variance }) => total + Math.log(variance + tau2), 0)
  return -(logarithms + Math.log(sum) + q) / 2
}

/** First derivative of the restricted likelihood by its expected curvature. */
function scoringStep(effects: readonly MachineEffect[], tau2: number): number {
  const { sum, squares, cubes, mean } = weighted(effects, tau2)
  let squaredResiduals = 0
  for (const { effect, variance } of effects) squaredResiduals += ((effect - mean) / (variance + tau2)) ** 2
  const score = squaredResiduals - sum + squares / sum
  const information = squares - (2 * cubes) / sum + (squares / sum) ** 2
  return information > 0 ? score / information : 0
}
