import fc from 'fast-check'
import { medianAbsoluteDeviation as referenceMad, median as referenceMedian } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { median, medianAbsoluteDeviation, quantile, robustStandardDeviation } from './quantile.ts'

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 })

describe('quantile', () => {
  it("agrees with pyperf's percentiles of 0 to 9", () => {
    const values = [9, 0, 8, 1, 7, 2, 6, 3, 5, 4]
    expect([0.25, 0.5, 0.75].map(q => quantile(values, q))).toEqual([2.25, 4.5, 6.75])
  })

  it('interpolates linearly at position q·(n − 1)', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const sorted = [...values].sort((a, b) => a - b)
        const position = q * (sorted.length - 1)
        const below = sorted[Math.floor(position)] ?? NaN
        const above = sorted[Math.ceil(position)] ?? NaN
        const weight = position - Math.floor(position)
        expect(quantile(values, q)).toBeCloseTo(below * (1 - weight) + above * weight, 6)
      }),
    )
  })

  it("finds Conbench's outlier, 10 interquartile ranges from the median, and none in its quieter series", () => {
    // Scenarios C and D of Conbench's outlier tests; that rule exempts the
    // last two values of a series.
    const spiked = [
      17.066598, 16.032013, 16.133671, 16.037167, 17.060864, 15.718436, 16.395053, 15.939079, 15.845828,
      15.955232, 15.792954, 15.636606, 15.524575, 15.894373, 15.614947, 15.962085, 16.170176, 21.038903,
      16.410745, 17.900882, 15.786003, 16.286834, 16.067078, 15.92091, 16.020376, 16.208843, 33.60617,
    ]
    const quiet = [
      1.1927656, 1.4685946, 1.249368, 1.4029378, 1.398285, 1.2012839, 1.1447649, 1.1818778, 1.1890479,
      1.358817, 1.3686285, 1.4065147, 1.159426, 1.412925, 1.1429647, 1.531775, 1.5677896, 1.2042812,
      1.5832528, 1.1232641, 1.6144186, 1.5804389, 1.6310786, 2.1816244, 1.2061456, 1.7455152, 1.6183941,
      1.6980911,
    ]
    function beyondTenRanges(values: readonly number[]): number[] {
      const limit = 10 * (quantile(values, 0.75) - quantile(values, 0.25))
      return values.slice(0, -2).filter(value => Math.abs(value - median(values)) > limit)
    }
    expect(beyondTenRanges(spiked)).toEqual([21.038903])
    expect(beyondTenRanges(quiet)).toEqual([])
  })

  it('refuses no values, NaN and quantiles outside 0 to 1', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError)
    expect(() => quantile([1, NaN], 0.5)).toThrow('NaN')
    expect(() => quantile([1], 1.5)).toThrow('between 0 and 1')
  })
})

describe('median and median absolute deviation', () => {
  it("agree with pyperf's examples", () => {
    expect(medianAbsoluteDeviation(Array.from({ length: 97 }, (_, i) => i))).toBe(24)
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1)
  })

  it("agree with benchstat's medians", () => {
    expect(median([1726, 1723, 1707, 1707, 1713, 1729, 1736, 1707, 1705, 1774])).toBe(1718)
    expect(median([1423, 1416, 1411, 1413, 1412, 1426, 1422, 1424, 1447, 1425])).toBe(1422.5)
    expect(median([3069, 3075, 3069, 3067, 3207, 3064, 3064, 3058, 3059, 3062])).toBe(3065.5)
    expect(median([3075, 3065, 3059, 3065, 3060, 3081, 3186, 3135, 3087, 3062])).toBe(3070)
  })

  it('agree with an independent library', () => {
    fc.assert(
      fc.property(numbers, values => {
        expect(median(values)).toBeCloseTo(referenceMedian(values), 6)
        expect(medianAbsoluteDeviation(values)).toBeCloseTo(referenceMad(values), 6)
      }),
    )
  })

  it('scale to the standard deviation of normal data', () => {
    expect(robustStandardDeviation([-2, -1, 0, 1, 2])).toBeCloseTo(1.4826, 10)
  })
})
