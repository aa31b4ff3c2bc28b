import fc from 'fast-check'
import { expect, it } from 'vitest'
import { binomialCdf } from './binomial.ts'
import { detectableEffect, roundsNeeded } from './detectable-effect.ts'
import { medianRank } from './median-interval.ts'
import { normalCdf } from './normal-distribution.ts'

it.each([
  { rounds: 10, low: 4.4, high: 4.9 }, // the coefficient found by simulation is 4.5 here …
  { rounds: 20, low: 3.8, high: 4.1 }, // … and 4.0 from here on
  { rounds: 30, low: 3.8, high: 4.1 },
  { rounds: 50, low: 3.8, high: 4.1 },
  { rounds: 100, low: 3.7, high: 4.1 },
])('is $low to $high times σ/√n at $rounds rounds', ({ rounds, low, high }) => {
  const factor = (detectableEffect(1, rounds, 0.95) ?? NaN) * Math.sqrt(rounds)
  expect(factor).toBeGreaterThan(low)
  expect(factor).toBeLessThan(high)
})

it('has 80 to 91 % power on normal differences, whatever the number of rounds and the confidence', () => {
  const confidences = fc.constantFrom(0.95, 0.99, 1 - 0.05 / 8)
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 300 }), confidences, (rounds, confidence) => {
      const effect = detectableEffect(1, rounds, confidence)
      const rank = medianRank(rounds, confidence)?.rank
      expect(effect === null).toBe(rank === undefined)
      if (effect === null || rank === undefined) return
      // At most rank − 1 differences may point the wrong way, each does with probability Φ(−effect).
      const power = binomialCdf(rank - 1, rounds, normalCdf(-effect))
      expect(power).toBeGreaterThan(0.8)
      expect(power).toBeLessThan(0.91)
    }),
  )
})

it('is none without an interval and 0 without noise', () => {
  expect(detectableEffect(1, 5, 0.95)).toBeNull()
  expect(detectableEffect(0, 10, 0.95)).toBe(0)
})

it('is undone by the number of rounds needed', () => {
  const effects = fc.double({ min: 0.05, max: 5, noNaN: true })
  fc.assert(
    fc.property(effects, effect => {
      const rounds = roundsNeeded(1, effect, 0.95)
      expect(detectableEffect(1, rounds, 0.95) ?? NaN).toBeLessThanOrEqual(effect * 1.03)
      // About (4σ/δ)², and never fewer than an interval needs.
      expect(rounds).toBeGreaterThanOrEqual(6)
      if (rounds > 20) expect(rounds / (4 / effect) ** 2).toBeGreaterThan(0.75)
      if (rounds > 20) expect(rounds / (4 / effect) ** 2).toBeLessThan(1.25)
    }),
  )
})

it('needs the least number of rounds without noise and refuses to look for nothing', () => {
  expect(roundsNeeded(0, 0.01, 0.95)).toBe(6)
  expect(() => roundsNeeded(1, 0, 0.95)).toThrow('above 0')
})
