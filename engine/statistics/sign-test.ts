import { binomialCdf } from './binomial.ts'

export type SignTest = {
  /** Two-sided p-value of "the median difference is 0"; 1 when every difference is a tie. */
  readonly p: number
  readonly positive: number
  readonly negative: number
  /** Differences of exactly 0: left out of p and counted here. */
  readonly ties: number
}

/**
 * Sign test: p = 2·F(min(n₊, n₋); n₊ + n₋, ½), at most 1. Source: Conover, Practical Nonparametric
 * Statistics (1999), 3.4. It is the test that belongs to the order-statistic interval of the
 * median: without ties both decide alike.
 */
export function signTest(differences: readonly number[]): SignTest {
  const positive = differences.filter(difference => difference > 0).length
  const negative = differences.filter(difference => difference < 0).length
  const p = Math.min(1, 2 * binomialCdf(Math.min(positive, negative), positive + negative, 0.5))
  return { p, positive, negative, ties: differences.length - positive - negative }
}
