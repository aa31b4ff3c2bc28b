import fc from 'fast-check'
import { expect, it } from 'vitest'
import { familyConfidence, holmAdjusted } from './multiple-comparisons.ts'
import { signTest } from './sign-test.ts'

it('shares the error of a table among its rows', () => {
  expect(familyConfidence(0.95, 1)).toBe(0.95)
  expect(familyConfidence(0.95, 8)).toBeCloseTo(1 - 0.00625, 12)
  expect(() => familyConfidence(0.95, 0)).toThrow('at least one row')
})

it('adjusts p-values step by step and leaves rows without one alone', () => {
  // Worked example of R's p.adjust(c(.01, .04, .03, .005), 'holm').
  const adjusted = holmAdjusted([0.01, 0.04, null, 0.03, 0.005])
  expect(adjusted.map(p => p && Number(p.toFixed(10)))).toEqual([0.03, 0.06, null, 0.06, 0.02])
})

it('never lowers a p-value, never exceeds 1 and keeps the order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), pValues => {
      const adjusted = holmAdjusted(pValues).map(p => p ?? NaN)
      pValues.forEach((p, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p)
        expect(adjusted[i]).toBeLessThanOrEqual(1)
        pValues.forEach((other, j) => {
          if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? NaN)
        })
      })
    }),
  )
})

it('tests signs, with ties dropped and counted', () => {
  expect(signTest([1, 2, 3, 4, 5, -1, 0, 0])).toEqual({ p: 2 * (7 / 64), positive: 5, negative: 1, ties: 2 })
  expect(signTest([0, 0])).toEqual({ p: 1, positive: 0, negative: 0, ties: 2 })
  expect(signTest([1, -1]).p).toBe(1)
})
