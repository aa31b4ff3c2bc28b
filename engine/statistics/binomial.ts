// The binomial distribution: what order statistics and sign tests count with.

const smallestLog = -700 // exp(−700) is about 1e−304; smaller terms add nothing to a double

/**
 * Visits k = 0, 1, … with the cumulative probability F(k; n, p) until `visit` returns false or k =
 * n. Terms follow the recurrence P(k+1) = P(k)·(n−k)/(k+1)·p/(1−p); while they are too small for a
 * double they are carried as logarithms. Up to n of about 50 and p = ½ every term is exact.
 */
export function walkBinomialCdf(
  n: number,
  p: number,
  visit: (k: number, cumulative: number) => boolean,
): void {
  const odds = p / (1 - p)
  let logTerm = n * Math.log1p(-p)
  let term = logTerm > smallestLog ? Math.pow(1 - p, n) : 0
  let cumulative = term
  for (let k = 0; k <= n; k++) {
    if (!visit(k, Math.min(1, cumulative))) return
    const factor = (n - k) / (k + 1)
    if (term > 0) {
      // Multiplying before dividing keeps integer multiples of 2⁻ⁿ exact.
      term = ((term * (n - k)) / (k + 1)) * odds
    } else {
      logTerm += Math.log(factor * odds)
      if (logTerm > smallestLog) term = Math.exp(logTerm)
    }
    cumulative += term
  }
}

/** F(k; n, p) = P(X ≤ k) for X binomial with n trials of probability p, 0 < p < 1. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (!Number.isInteger(n) || n < 0)
    throw new RangeError(`the number of trials must be a whole number, not ${n}`)
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability between 0 and 1 is needed, not ${p}`)
  if (k < 0) return 0
  if (k >= n) return 1
  let result = 0
  walkBinomialCdf(n, p, (count, cumulative) => {
    result = cumulative
    return count < Math.floor(k)
  })
  return result
}
