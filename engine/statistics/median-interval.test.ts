import { expect, it } from 'vitest'
import { leastRounds, medianInterval, medianRank } from './median-interval.ts'

it("gives benchstat's interval of six values and needs eight at 99 %", () => {
  const values = [-10, 2, 3, 4, 5, 6]
  expect(medianInterval(values, 0.95)).toEqual({ median: 3.5, low: -10, high: 6, coverage: 0.96875 })
  expect(medianInterval(values, 0.99)).toBeNull()
  expect(leastRounds(0.99)).toBe(8)
})

it.each([
  // go-moremath's quantile interval, ranks counted from 1.
  { n: 4, confidence: 0.375, rank: 2, coverage: 0.375 },
  { n: 5, confidence: 0.3125001, rank: 2, coverage: 0.625 },
])('has rank $rank for $n values at $confidence', ({ n, confidence, rank, coverage }) => {
  expect(medianRank(n, confidence)).toEqual({ rank, coverage })
})

it('has no bounded interval of five values at 99 %', () => {
  expect(medianRank(5, 0.99)).toBeNull()
})

it.each([
  // nanobench's unit_compare.cpp: indices counted from 0.
  { n: 6, confidence: 0.95, indices: [0, 5] },
  { n: 8, confidence: 0.95, indices: [0, 7] },
  { n: 12, confidence: 0.95, indices: [2, 9] },
  { n: 20, confidence: 0.95, indices: [5, 14] },
  { n: 52, confidence: 0.95, indices: [18, 33] },
  { n: 100, confidence: 0.95, indices: [39, 60] },
  { n: 52, confidence: 0.99, indices: [16, 35] },
  { n: 100, confidence: 0.99, indices: [36, 63] },
])('uses the values $indices of $n at $confidence', ({ n, confidence, indices }) => {
  const rank = medianRank(n, confidence)?.rank ?? 0
  expect([rank - 1, n - rank]).toEqual(indices)
})

it.each([1, 2, 3, 4, 5])('has none for %i values at 95 %', n => {
  expect(medianRank(n, 0.95)).toBeNull()
})

it.each([
  [10, 97.85],
  [12, 96.1],
  [16, 97.9],
  [20, 95.9],
  [24, 97.7],
  [30, 95.7],
  [40, 96.2],
  [50, 96.7],
])('states the true coverage of %i values, %f %', (n, percent) => {
  expect(100 * (medianRank(n, 0.95)?.coverage ?? 0)).toBeCloseTo(percent, 1)
})

it('needs 6 values at 95 % and 9 when eight rows share the 5 %', () => {
  expect([leastRounds(0.95), leastRounds(1 - 0.05 / 8)]).toEqual([6, 9])
})

it('agrees with the normal approximation for a hundred thousand values', () => {
  const found = medianRank(100_000, 0.95)
  expect(Math.abs((found?.rank ?? 0) - (50_000 - 1.96 * Math.sqrt(25_000)))).toBeLessThan(2)
  expect(found?.coverage).toBeGreaterThanOrEqual(0.95)
  expect(found?.coverage).toBeLessThan(0.951)
})

it('refuses a confidence that is none', () => {
  expect(() => medianRank(10, 95)).toThrow('0.95 for 95 %')
})
