import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countInBins, empiricalDistribution, histogramBins, thinned } from './distribution.ts'

const numbers = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 })

test('every value is counted in exactly one bin, and the bins touch', () => {
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      const bins = histogramBins([one, other])
      for (const values of [one, other])
        expect(countInBins(values, bins).reduce((sum, count) => sum + count, 0)).toBe(values.length)
      expect(bins[0]?.low).toBe(Math.min(...one, ...other))
      expect(bins.at(-1)?.high).toBe(Math.max(...one, ...other))
    }),
  )
})

test('a value on an edge belongs to the bin above it', () => {
  const bins = [0, 1, 2].map(low => ({ low, high: low + 1 }))
  expect(countInBins([0, 0.99, 1, 2, 2.5, 3], bins)).toEqual([2, 1, 3])
})

test('the width follows Freedman and Diaconis', () => {
  // Quartiles of 1 … 1000 are 250 and 750: 2·500/10 = 100 wide, so 10 bins over 999.
  expect(histogramBins([Array.from({ length: 1000 }, (_, index) => index + 1)])).toHaveLength(10)
})

test('equal values share one bin; without values there is none', () => {
  expect(histogramBins([[7, 7, 7]])).toEqual([{ low: 7, high: 7 }])
  expect(countInBins([7, 7, 7], [{ low: 7, high: 7 }])).toEqual([3])
  expect(histogramBins([[], []])).toEqual([])
})

test('the distribution rises to 1, and equal values are one step', () => {
  expect(empiricalDistribution([3, 1, 1, 2])).toEqual([
    { value: 1, share: 0.5 },
    { value: 2, share: 0.75 },
    { value: 3, share: 1 },
  ])
  fc.assert(
    fc.property(numbers, values => {
      const steps = empiricalDistribution(values, 50)
      expect(steps.at(-1)).toEqual({ value: Math.max(...values), share: 1 })
      for (const { value, share } of steps)
        expect(share).toBeCloseTo(values.filter(other => other <= value).length / values.length, 12)
    }),
  )
})

test('thinning keeps both ends', () => {
  const items = Array.from({ length: 100_000 }, (_, index) => index)
  const few = thinned(items, 1000)
  expect([few.length, few[0], few.at(-1)]).toEqual([1000, 0, 99_999])
  expect(thinned([1, 2], 1000)).toEqual([1, 2])
})
