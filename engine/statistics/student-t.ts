// Student’s two-sample t-test, which change points use: for speed and for the same answer
// every time; and quantiles.
import { assertConfidence } from './confidence.ts'

/**
 * P(|T| > |t|) for Student's t with a whole number of degrees of freedom, by its finite series in
 * θ = atan(|t|/√ν) (Abramowitz and Stegun 26.7.3 and 26.7.4). Absolute error below 1e−12.
 */
export function studentTwoSided(t: number, degrees: number): number {
  if (!Number.isInteger(degrees) || degrees < 1) {
    throw new RangeError(`degrees of freedom are a whole number of at least 1, not ${degrees}`)
  }
  const angle = Math.atan(Math.abs(t) / Math.sqrt(degrees))
  const cosine2 = Math.cos(angle) ** 2
  const isOdd = degrees % 2 === 1
  // Odd: cosθ·(1 + 2/3·cos²θ + 2·4/(3·5)·cos⁴θ …); even: 1 + 1/2·cos²θ + 1·3/(2·4)·cos⁴θ …
  let term = isOdd ? Math.cos(angle) : 1
  let series = degrees === 1 ? 0 : term
  for (let i = isOdd ? 2 : 1; i <= degrees - 3; i += 2) {
    term *= (i / (i + 1)) * cosine2
    series += term
  }
  const inside = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * series) : Math.sin(angle) * series
  return Math.max(0, 1 - inside)
}

/**
 * The t above 0 with P(|T| ≤ t) = confidence, by halving an interval to its last bit. Relative
 * error below 1e−9 for any confidence up to 0.9999.
 */
export function studentQuantile(confidence: number, degrees: number): number {
  assertConfidence(confidence)
  let high = 1
  while (studentTwoSided(high, degrees) > 1 - confidence) high *= 2
  let low = 0
  for (let middle = high / 2; middle !== low && middle !== high; middle = (low + high) / 2) {
    if (studentTwoSided(middle, degrees) > 1 - confidence) low = middle
    else high = middle
  }
  return high
}

export type TTest = { readonly t: number; readonly degrees: number; readonly p: number }

/**
 * Two-sample t-test with pooled variance, two-sided: t = (x̄ − ȳ) / √(s²·(1/n₁ + 1/n₂)), n₁ + n₂ −
 * 2 degrees of freedom (Student, Biometrika 6, 1908). Two constant samples differ with p = 0 or
 * agree with p = 1; means that differ by no more than their rounding errors agree. Needs a value on
 * each side and three in all.
 */
export function pooledTTest(first: readonly number[], second: readonly number[]): TTest {
  const degrees = first.length + second.length - 2
  if (first.length === 0 || second.length === 0 || degrees < 1) {
    throw new RangeError('a t-test needs a value on each side and three in all')
  }
  const [firstMean, firstSquares] = meanAndSquares(first)
  const [secondMean, secondSquares] = meanAndSquares(second)
  const pooled = (firstSquares + secondSquares) / degrees
  const distance = firstMean - secondMean
  const rounding =
    Number.EPSILON * (first.length + second.length) * Math.max(Math.abs(firstMean), Math.abs(secondMean))
  if (Math.abs(distance) <= rounding) return { t: 0, degrees, p: 1 }
  const t = distance / Math.sqrt(pooled * (1 / first.length + 1 / second.length))
  return { t, degrees, p: studentTwoSided(t, degrees) }
}

/** The mean and the sum of squared distances from it. */
function meanAndSquares(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0)]
}
