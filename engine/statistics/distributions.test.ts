import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialCdf } from './binomial.ts'
import { normalCdf, normalQuantile } from './normal-distribution.ts'
import { pooledTTest, studentTwoSided } from './student-t.ts'

describe('binomialCdf', () => {
  it.each([
    { k: 1, n: 4, p: 0.5, cdf: 5 / 16 },
    { k: 1, n: 10, p: 0.5, cdf: 11 / 1024 },
    { k: 5, n: 20, p: 0.5, cdf: 21700 / 2 ** 20 },
  ])('is exact for $k of $n at one half', ({ k, n, p, cdf }) => {
    expect(binomialCdf(k, n, p)).toBe(cdf)
  })

  it('gives the chance of 16 false alarms in 200 at 5 %, .044', () => {
    expect(1 - binomialCdf(15, 200, 0.05)).toBeCloseTo(0.044, 3)
  })

  it('survives sizes at which the first term is no longer a double', () => {
    expect(binomialCdf(5000, 10_001, 0.5)).toBeCloseTo(0.5, 9)
    expect(binomialCdf(49_690, 100_000, 0.5)).toBeCloseTo(
      normalCdf((49_690.5 - 50_000) / Math.sqrt(25_000)),
      5,
    )
  })

  it('is symmetric', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, k, p) => {
          expect(binomialCdf(k, n, p)).toBeCloseTo(1 - binomialCdf(n - k - 1, n, 1 - p), 9)
        },
      ),
    )
  })

  it('covers the ends and refuses nonsense', () => {
    expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5), binomialCdf(0, 0, 0.5)]).toEqual([0, 1, 1])
    expect(() => binomialCdf(1, 2.5, 0.5)).toThrow('whole number')
    expect(() => binomialCdf(1, 2, 1)).toThrow('probability')
  })
})

describe('the normal distribution', () => {
  it.each([
    // Abramowitz and Stegun, table 26.1 and 26.2.
    [0, 0.5],
    [1, 0.841344746068543],
    [1.96, 0.97500210485178],
    [3, 0.99865010196837],
    [-3.5, 2.32629079e-4],
    [-5, 2.866515719e-7],
    [-10, 7.619853024e-24],
  ])('has the tabulated value at %f', (z, p) => {
    expect(normalCdf(z) / p).toBeCloseTo(1, 9)
  })

  it('has quantiles that invert it', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), p => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12)
      }),
    )
    expect(() => normalQuantile(1)).toThrow('probability')
  })
})

describe("Student's t", () => {
  it.each([
    // Two-sided 5 % points of the usual table.
    { degrees: 1, t: 12.7062 },
    { degrees: 2, t: 4.30265 },
    { degrees: 3, t: 3.18245 },
    { degrees: 5, t: 2.57058 },
    { degrees: 18, t: 2.10092 },
    { degrees: 30, t: 2.04227 },
    { degrees: 120, t: 1.97993 },
  ])('has p = .05 at $t with $degrees degrees of freedom', ({ degrees, t }) => {
    expect(studentTwoSided(t, degrees)).toBeCloseTo(0.05, 5)
  })

  it("agrees with pyperf's example", () => {
    const first = [89.2, 78.2, 89.3, 88.3, 87.3, 90.1, 95.2, 94.3, 78.3, 89.3]
    const second = [79.3, 78.3, 85.3, 79.3, 88.9, 91.2, 87.2, 89.2, 93.3, 79.9]
    const test = pooledTTest(first, second)
    expect(test.t).toBeCloseTo(1.0947229724603977, 12)
    expect(test.degrees).toBe(18)
    expect(test.p).toBeCloseTo(0.28807, 5)
  })

  it('agrees or differs on constant samples, and needs three values', () => {
    expect(pooledTTest([1, 1], [1, 1]).p).toBe(1)
    expect(pooledTTest([0.1, 0.1, 0.1], [0.1, 0.1]).p).toBe(1)
    expect(pooledTTest([1, 1], [2, 2]).p).toBe(0)
    expect(() => pooledTTest([1], [2])).toThrow('three in all')
    expect(() => studentTwoSided(1, 0)).toThrow('degrees of freedom')
  })
})
