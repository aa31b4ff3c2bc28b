import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePaired, compareUnpaired, type ComparisonOptions } from './comparison.ts'
import type { RoundValue } from './log-ratio.ts'

const options: ComparisonOptions = { better: 'less', noiseFloorPercent: 0.5 }

function rounds(values: readonly (number | null)[]): RoundValue[] {
  return values.map((value, round) => ({ round, value }))
}

const duration = fc.double({ min: 1e3, max: 1e6, noNaN: true })
const pairs = fc.array(fc.tuple(duration, duration), { minLength: 6, maxLength: 60 })

/** The product of two ratios given as percent changes. */
function product(first: number | null, second: number | null): number {
  return (1 + (first ?? NaN) / 100) * (1 + (second ?? NaN) / 100)
}

function split(values: readonly (readonly [number, number])[]) {
  return { baseline: rounds(values.map(pair => pair[0])), variant: rounds(values.map(pair => pair[1])) }
}

describe('comparePaired', () => {
  it('reports the median ratio, its interval, its true coverage and a verdict', () => {
    const baseline = rounds(Array.from({ length: 10 }, () => 100))
    const variant = rounds([88, 89, 90, 90.5, 91, 91.5, 92, 93, 94, 95])
    const comparison = comparePaired(baseline, variant, options)
    expect(comparison.percent).toBeCloseTo(100 * (Math.sqrt(0.91 * 0.915) - 1), 10)
    expect(comparison.low).toBeCloseTo(-11, 10) // the second smallest of ten
    expect(comparison.high).toBeCloseTo(-6, 10) // the second largest of ten
    expect(comparison.coverage).toBeCloseTo(1 - 22 / 1024, 12)
    expect(comparison.range?.low).toBeCloseTo(-12, 10)
    expect(comparison.range?.high).toBeCloseTo(-5, 10)
    expect(comparison.p).toBeCloseTo(2 / 1024, 12)
    expect(comparison.verdict).toEqual({ kind: 'improved', deltaPercent: 1 })
    expect(comparison.warnings).toEqual([])
  })

  it('says how many rounds an interval needs instead of printing one', () => {
    const comparison = comparePaired(rounds([1, 1, 1, 1, 1]), rounds([2, 2, 2, 2, 2]), options)
    expect(comparison).toMatchObject({
      percent: 100,
      low: null,
      high: null,
      coverage: null,

      n: 5,
    })
    expect(comparison.range).toEqual({ low: 100, high: 100 })
    expect(comparison.verdict).toEqual({ kind: 'too-few', have: 5, need: 6 })
  })

  it('needs more rounds when the intervals of a whole table must hold together', () => {
    const eight = rounds([1, 2, 3, 4, 5, 6, 7, 8])
    const comparison = comparePaired(eight, eight, { ...options, familyRows: 8 })
    expect(comparison.verdict).toEqual({ kind: 'too-few', have: 8, need: 9 })
  })

  it('voids and counts rounds that are missing, failed or not positive', () => {
    const baseline = rounds([1, 1, 1, 1, 1, 1, 1, null, 0, -1, Infinity])
    const variant = rounds([2, 2, 2, 2, 2, 2]).concat({ round: 20, value: 2 })
    const comparison = comparePaired(baseline, variant, options)
    expect(comparison).toMatchObject({ n: 6, voidedRounds: 6, percent: 100 })
    expect(comparison.warnings).toContainEqual({ kind: 'voided-rounds', count: 6 })
  })

  it('withholds the verdict, not the interval, on a host that is not calibrated', () => {
    const comparison = comparePaired(rounds([1, 1, 1, 1, 1, 1]), rounds([2, 2, 2, 2, 2, 2]), {
      ...options,
      noiseFloorPercent: null,
    })
    expect(comparison).toMatchObject({ low: 100, high: 100, verdict: { kind: 'not-calibrated' } })
  })

  it('flags outlying rounds, keeps them in the estimate and shows the estimate without them', () => {
    const baseline = rounds(Array.from({ length: 9 }, () => 100))
    const variant = rounds([100, 101, 102, 103, 104, 105, 106, 107, 900])
    const comparison = comparePaired(baseline, variant, options)
    expect(comparison.outlierRounds).toEqual([8])
    expect(comparison.percent).toBeCloseTo(4, 10)
    expect(comparison.percentWithoutOutliers).toBeCloseTo(100 * (Math.sqrt(1.03 * 1.04) - 1), 10)
    expect(comparison.warnings).toContainEqual({ kind: 'outliers', count: 1 })
  })

  it('refuses two values for one round', () => {
    const twice = [...rounds([1, 2]), { round: 0, value: 3 }]
    expect(() => comparePaired(twice, rounds([1, 2]), options)).toThrow('the baseline has two values')
  })

  it('reports nothing but voided rounds when no round is complete', () => {
    const comparison = comparePaired(rounds([null, 1]), rounds([1, null]), options)
    expect(comparison).toMatchObject({
      percent: null,
      low: null,
      p: null,
      range: null,
      n: 0,
      voidedRounds: 2,
    })
  })

  it('shows the same detectable effect as the pilot formula', () => {
    const baseline = rounds(Array.from({ length: 20 }, () => 100))
    const variant = rounds(Array.from({ length: 20 }, (_, i) => 100 * Math.exp((i - 9.5) / 1000)))
    // Deviations 0.5, 0.5, 1.5, 1.5 … 9.5 thousandths; F(5; 20, q) = 0.8 at q = 0.2014, so
    // their quantile at 0.597.
    expect(comparePaired(baseline, variant, options).detectablePercent).toBeCloseTo(0.55, 1)
  })

  it('does not change when all values are scaled', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (values, scale) => {
        const plain = split(values)
        const scaled = split(values.map(([a, b]) => [a * scale, b * scale] as const))
        const first = comparePaired(plain.baseline, plain.variant, options)
        const second = comparePaired(scaled.baseline, scaled.variant, options)
        expect(second.n).toBe(first.n)
        for (const key of ['percent', 'low', 'high'] as const) {
          const ratio = (100 + (second[key] ?? NaN)) / (100 + (first[key] ?? NaN))
          expect(ratio).toBeCloseTo(1, 9)
        }
      }),
    )
  })

  it('inverts the ratio and its interval when baseline and variant are swapped', () => {
    fc.assert(
      fc.property(pairs, values => {
        const { baseline, variant } = split(values)
        const forth = comparePaired(baseline, variant, options)
        const back = comparePaired(variant, baseline, options)
        expect(product(forth.percent, back.percent)).toBeCloseTo(1, 9)
        expect(product(forth.low, back.high)).toBeCloseTo(1, 9)
        expect(product(forth.high, back.low)).toBeCloseTo(1, 9)
        expect(back.p).toBe(forth.p)
      }),
    )
  })

  it('does not depend on the order in which rounds are listed', () => {
    const permuted = pairs.chain(values =>
      fc.tuple(
        fc.constant(values),
        fc.shuffledSubarray(
          values.map((_, i) => i),
          { minLength: values.length },
        ),
      ),
    )
    fc.assert(
      fc.property(permuted, ([values, order]) => {
        const { baseline, variant } = split(values)
        const reordered = order.flatMap(i => variant.slice(i, i + 1))
        expect(comparePaired(baseline, reordered, options)).toEqual(comparePaired(baseline, variant, options))
      }),
    )
  })

  it('keeps the estimate inside the interval, and the interval inside every wider one', () => {
    const confidence = fc.double({ min: 0.5, max: 0.96, noNaN: true })
    fc.assert(
      fc.property(pairs, confidence, confidence, (values, a, b) => {
        const { baseline, variant } = split(values)
        const narrow = comparePaired(baseline, variant, { ...options, confidence: Math.min(a, b) })
        const wide = comparePaired(baseline, variant, { ...options, confidence: Math.max(a, b) })
        if (narrow.low === null || narrow.high === null || narrow.percent === null)
          throw new Error('no interval')
        expect(narrow.low).toBeLessThanOrEqual(narrow.percent)
        expect(narrow.high).toBeGreaterThanOrEqual(narrow.percent)
        expect(wide.low ?? -Infinity).toBeLessThanOrEqual(narrow.low)
        expect(wide.high ?? Infinity).toBeGreaterThanOrEqual(narrow.high)
        expect(narrow.coverage).toBeGreaterThanOrEqual(Math.min(a, b) - 1e-12)
      }),
    )
  })
})

describe('compareUnpaired', () => {
  const oldJson = rounds([1726, 1723, 1707, 1707, 1713, 1729, 1736, 1707, 1705, 1774])
  const newJson = rounds([1423, 1416, 1411, 1413, 1412, 1426, 1422, 1424, 1447, 1425])
  const oldGob = rounds([3069, 3075, 3069, 3067, 3207, 3064, 3064, 3058, 3059, 3062])
  const newGob = rounds([3075, 3065, 3059, 3065, 3060, 3081, 3186, 3135, 3087, 3062])

  it("estimates the shift of benchstat's JSON example", () => {
    const comparison = compareUnpaired(oldJson, newJson, options)
    expect(comparison.percent).toBeCloseTo(-17.34, 2)
    // The 24th smallest difference: P(U ≤ 23) = 0.0216. The 25th (−18.03 %)
    // would cover only 94.8 %.
    expect(comparison.low).toBeCloseTo(-18.05, 2)
    expect(comparison.high).toBeCloseTo(-16.64, 2)
    expect(comparison.coverage).toBeCloseTo(0.9567, 4)
    expect(comparison.verdict.kind).toBe('improved')
    expect(comparison.warnings).toEqual([{ kind: 'drift-not-controlled' }])
  })

  it("does not resolve benchstat's Gob example beyond 1 %", () => {
    const comparison = compareUnpaired(oldGob, newGob, options)
    expect(comparison.percent).toBeCloseTo(0.1, 2)
    expect(comparison.low).toBeCloseTo(-0.16, 2)
    expect(comparison.high).toBeCloseTo(0.75, 2)
    expect(comparison.p).toBeCloseTo(0.4461, 5)
    expect(comparison.verdict).toEqual({ kind: 'no-change', deltaPercent: 1, isSmallChangeResolved: false })
  })

  it('gives no interval below four values a side', () => {
    const comparison = compareUnpaired(rounds([1, 2, 3]), rounds([4, 5, 6, null]), options)
    expect(comparison).toMatchObject({ low: null, high: null, n: 3, voidedRounds: 1 })
    expect(comparison.p).toBeCloseTo(0.1, 12)
    expect(comparison.verdict).toEqual({ kind: 'too-few', have: 3, need: 4 })
  })

  it('inverts the ratio when the sides are swapped', () => {
    fc.assert(
      fc.property(pairs, values => {
        const { baseline, variant } = split(values)
        const forth = compareUnpaired(baseline, variant, options)
        const back = compareUnpaired(variant, baseline, options)
        expect(product(forth.percent, back.percent)).toBeCloseTo(1, 9)
        expect(product(forth.low, back.high)).toBeCloseTo(1, 9)
        expect(back.p).toBeCloseTo(forth.p ?? NaN, 9)
      }),
      { numRuns: 30 },
    )
  })

  it('has a result for no values at all', () => {
    const comparison = compareUnpaired([], rounds([1]), options)
    expect(comparison).toMatchObject({ percent: null, low: null, p: null, n: 0 })
  })
})
