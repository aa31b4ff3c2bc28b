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
      expect(medianOfSorted(sorted)).toBeCloseTo(median(values), 5)
    }),
  )
})

test('nothing has no median', () => {
  expect(medianOfSorted([])).toBeNull()
})
