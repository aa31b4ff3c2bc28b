import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialCdf } from './binomial.ts'
import { detectableEffect } from './detectable-effect.ts'
import { medianRank } from './median-interval.ts'
import { normalCdf, normalQuantile } from './normal-distribution.ts'

const places = Array.from({ length: 2000 }, (_, i) => (i + 0.5) / 2000)

/** Pilots without chance: evenly spaced quantiles of known distributions, with P(D ≤ x) of each. */
const pilots = [
  { name: 'normal', values: places.map(normalQuantile), cdf: normalCdf },
  {
    name: 'Cauchy, outliers beyond every bound',
    values: places.map(p => Math.tan(Math.PI * (p - 0.5))),
    cdf: (x: number) => 0.5 + Math.atan(x) / Math.PI,
  },
  {
    name: 'uniform, no outliers at all',
    values: places.map(p => 2 * p - 1),
    cdf: (x: number) => (Math.max(-1, Math.min(1, x)) + 1) / 2,
  },
]

const normalPilot = places.map(normalQuantile)

describe('detectableEffect', () => {
  it.each([
    { rounds: 10, factor: 4.38 },
    { rounds: 20, factor: 3.74 },
    { rounds: 50, factor: 3.79 },
    { rounds: 200, factor: 3.72 }, // as at 100, the last that is counted,
  ])('is $factor·σ/√n at $rounds rounds of normal noise', ({ rounds, factor }) => {
    const effect = detectableEffect(normalPilot, rounds, 0.95) ?? NaN
    expect(effect * Math.sqrt(rounds)).toBeCloseTo(factor, 1)
  })

  it.each(pilots)('is shown with 80 % power by up to 100 rounds: $name', ({ values, cdf }) => {
    const confidences = fc.constantFrom(0.95, 0.99, 1 - 0.05 / 8)
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 100 }), confidences, (rounds, confidence) => {
        const effect = detectableEffect(values, rounds, confidence)
        const rank = medianRank(rounds, confidence)?.rank
        expect(effect === null).toBe(rank === undefined)
        if (effect === null || rank === undefined) return
        // At most rank − 1 rounds may point the wrong way, each does with
        // probability P(D < −effect).
        expect(binomialCdf(rank - 1, rounds, cdf(-effect))).toBeCloseTo(0.8, 1)
      }),
      { numRuns: 40 },
    )
  })

  it('moves with the noise and not with its centre', () => {
    const effect = detectableEffect(normalPilot, 20, 0.95) ?? NaN
    const moved = normalPilot.map(value => 3 * value + 7)
    expect(detectableEffect(moved, 20, 0.95)).toBeCloseTo(3 * effect, 9)
  })

  it('is none without an interval or a pilot, and 0 without noise', () => {
    expect(detectableEffect(normalPilot, 5, 0.95)).toBeNull()
    expect(detectableEffect([], 20, 0.95)).toBeNull()
    expect(detectableEffect([0, 0, 0], 10, 0.95)).toBe(0)
  })
})
