// The normal distribution, for samples too large to count exactly.

// Below it the series needs fewer than 60 terms, above it the fraction converges.
const seriesLimit = 2.5

/**
 * Complementary error function to about 1e−14 relative (Abramowitz and Stegun 7.1.6 and 7.1.14).
 */
function complementaryErrorFunction(x: number): number {
  if (x < 0) return 2 - complementaryErrorFunction(-x)
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI)
  if (x < seriesLimit) {
    let term = 2 * x
    let sum = term
    for (let n = 1; term > sum * Number.EPSILON; n++) {
      term *= (2 * x * x) / (2 * n + 1)
      sum += term
    }
    return 1 - scale * sum
  }
  let fraction = x
  for (let n = 120; n >= 1; n--) fraction = x + n / 2 / fraction
  return scale / fraction
}

/** Φ(z) = P(Z ≤ z) for a standard normal Z. */
export function normalCdf(z: number): number {
  return complementaryErrorFunction(-z / Math.SQRT2) / 2
}

/** Φ⁻¹(p), the z with Φ(z) = p, 0 < p < 1, by halving [−40, 40] to the last bit. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability between 0 and 1 is needed, not ${p}`)
  if (p > 0.5) return -normalQuantile(1 - p)
  let low = -40
  let high = 0
  for (let middle = -20; middle !== low && middle !== high; middle = (low + high) / 2) {
    if (normalCdf(middle) < p) low = middle
    else high = middle
  }
  return high
}
