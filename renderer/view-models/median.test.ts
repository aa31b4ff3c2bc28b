import fc from 'fast-check'
import { median } from 'simple-statistics'
import { expect, test } from 'vitest'
import { insertSorted, medianOfSorted } from './median.ts'

test('values inserted one by one have the median of the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -1e18, max: 1e18 }), { minLength: 1 }), values => {
      const sorted: number[] = []
      for (const value of values) insertSorted(sorted, value)
      expect(sorted).toEqual([...values].sort((one, other) => one - other))
      // Two doubles may be added and halved in either order, which differs in the last digit, and
      // among the smallest numbers there are by one of these.
      const expected = median(values)
      const difference = Math.abs((medianOfSorted(sorted) ?? NaN) - expected)
      const largest = Math.max(...values.map(Math.abs))
      expect(difference).toBeLessThanOrEqual(1e-15 * largest + Number.MIN_VALUE)
    }),
  )
})

test('nothing has no median', () => {
  expect(medianOfSorted([])).toBeNull()
})
