import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  likelihoodTau2,
  momentsTau2,
  predictionInterval,
  quantileOfCoverage,
  randomEffects,
  varianceOfInterval,
  type MachineEffect,
} from './random-effects.ts'
import { studentQuantile } from './student-t.ts'

/**
 * Thirteen trials of the BCG vaccine (Colditz and others, JAMA 271, 1994): ill and
 * well, vaccinated and not.
 */
const trials = [
  [4, 119, 11, 128],
  [6, 300, 29, 274],
  [3, 228, 11, 209],
  [62, 13536, 248, 12619],
  [33, 5036, 47, 5761],
  [180, 1361, 372, 1079],
  [8, 2537, 10, 619],
  [505, 87886, 499, 87892],
  [29, 7470, 45, 7232],
  [17, 1699, 65, 1600],
  [186, 50448, 141, 27197],
  [5, 2493, 3, 2338],
  [27, 16886, 29, 17825],
] as const

/** Logarithms of the relative risk with their large-sample variances. */
const vaccine: MachineEffect[] = trials.map(([ill, well, illWithout, wellWithout]) => ({
  effect: Math.log(ill / (ill + well)) - Math.log(illWithout / (illWithout + wellWithout)),
  variance: 1 / ill - 1 / (ill + well) + 1 / illWithout - 1 / (illWithout + wellWithout),
}))

/**
 * Nineteen experiments on teachers' expectations (Raudenbush and Bryk, Journal of
 * Educational Statistics 10, 1985).
 */
const teachers: MachineEffect[] = [
  [0.03, 0.0156],
  [0.12, 0.0216],
  [-0.14, 0.0279],
  [1.18, 0.1391],
  [0.26, 0.1362],
  [-0.06, 0.0106],
  [-0.02, 0.0106],
  [-0.32, 0.0484],
  [0.27, 0.0269],
  [0.8, 0.063],
  [0.54, 0.0912],
  [0.18, 0.0497],
  [-0.02, 0.0835],
  [0.23, 0.0841],
  [-0.18, 0.0253],
  [-0.06, 0.0279],
  [0.3, 0.0193],
  [0.07, 0.0088],
  [-0.07, 0.0303],
].map(([effect = NaN, variance = NaN]) => ({ effect, variance }))

function summary(effects: readonly MachineEffect[]): NonNullable<ReturnType<typeof randomEffects>> {
  const found = randomEffects(effects, 0.95)
  if (found === null) throw new Error('no summary')
  return found
}

describe('random effects', () => {
  it('agree with what was published and with metafor 3.8 for the BCG trials', () => {
    // Viechtbauer, Journal of Statistical Software 36(3), 2010, has τ² = 0.3132, Q = 152.233, μ =
    // −0.7145; further digits are metafor's with a convergence threshold of 1e−14.
    const found = summary(vaccine)
    expect(momentsTau2(vaccine)).toBeCloseTo(0.3087602629, 9)
    expect(likelihoodTau2(vaccine)).toBeCloseTo(0.3132432581, 9)
    expect(found.mean).toBeCloseTo(-0.7145323422, 9)
    expect(found.q).toBeCloseTo(152.23300808, 7)
    expect(found.iSquared).toBeCloseTo(0.9211734685, 9)
    expect(found.standardError).toBeCloseTo(0.1807917441, 9)
    expect(found.interval.low).toBeCloseTo(-1.1084437137, 9)
    expect(found.interval.high).toBeCloseTo(-0.3206209706, 9)
    // metafor takes k − 1 degrees of freedom where Higgins, Thompson and Spiegelhalter take k − 2.
    const scale = studentQuantile(0.95, 11) / studentQuantile(0.95, 12)
    expect(found.prediction?.high).toBeCloseTo(found.mean + scale * (0.5669521499 - found.mean), 8)
    expect(found.prediction?.low).toBeCloseTo(found.mean + scale * (-1.9960168342 - found.mean), 8)
  })

  it("agree with what was published and with metafor 3.8 for teachers' expectations", () => {
    // Raudenbush 2009 (Handbook of Research Synthesis, chapter 16): τ² = 0.019, μ = 0.083.
    const found = summary(teachers)
    expect(likelihoodTau2(teachers)).toBeCloseTo(0.01881828814, 10)
    expect(momentsTau2(teachers)).toBeCloseTo(0.0259036723, 9)
    expect(found.mean).toBeCloseTo(0.0837012419, 9)
    expect(found.q).toBeCloseTo(35.8295363, 6)
    expect(found.interval.low).toBeCloseTo(-0.0456721076, 9)
    expect(found.interval.high).toBeCloseTo(0.2130745914, 9)
  })

  it('predict as the published example of six trials does', () => {
    // Borenstein and others, Introduction to Meta-Analysis, 2009, chapter 17: μ = 0.3582,
    // τ² = 0.0373, V = 0.0111.
    const { low, high } = predictionInterval({ mean: 0.3582, tau2: 0.0373, variance: 0.0111 }, 6, 0.95)
    expect([low, high].map(end => Number(end.toFixed(3)))).toEqual([-0.253, 0.969])
  })

  it('find no spread where every machine says the same, and are no surer than their noise', () => {
    const found = summary(Array.from({ length: 5 }, () => ({ effect: 0.1, variance: 0.0004 })))
    expect([found.tau, found.iSquared, found.q]).toEqual([0, 0, 0])
    expect(found.standardError).toBeCloseTo(0.02 / Math.sqrt(5), 12)
    expect(found.interval.high).toBeCloseTo(0.1 + (2.776445105 * 0.02) / Math.sqrt(5), 9)
  })

  it('need two machines for a mean and three for a prediction', () => {
    const machines = [0.1, 0.2, 0.3].map(effect => ({ effect, variance: 0.01 }))
    expect(randomEffects(machines.slice(0, 1), 0.95)).toBeNull()
    expect(randomEffects(machines.slice(0, 2), 0.95)?.prediction).toBeNull()
    expect(randomEffects(machines, 0.95)?.prediction).not.toBeNull()
  })

  it('refuse what is no effect', () => {
    expect(() => randomEffects([teachers, [{ effect: NaN, variance: 1 }]].flat(), 0.95)).toThrow('finite')
    expect(() => randomEffects([teachers, [{ effect: 1, variance: 0 }]].flat(), 0.95)).toThrow('above 0')
  })

  it('move with the effects, scale with them, and do not depend on their order', () => {
    const effect = fc.record({
      effect: fc.double({ min: -1, max: 1, noNaN: true }),
      variance: fc.double({ min: 1e-6, max: 0.1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(effect, { minLength: 3, maxLength: 20 }), effects => {
        const found = summary(effects)
        const moved = summary(effects.map(one => ({ ...one, effect: one.effect + 2 })))
        const turned = summary(effects.map(one => ({ ...one, effect: -one.effect })).reverse())
        expect(moved.mean).toBeCloseTo(found.mean + 2, 6)
        expect(moved.tau).toBeCloseTo(found.tau, 5)
        expect(turned.mean).toBeCloseTo(-found.mean, 6)
        expect(found.prediction?.low).toBeLessThan(found.interval.low + 1e-12)
        expect(found.prediction?.high).toBeGreaterThan(found.interval.high - 1e-12)
      }),
    )
  })

  it('end at a maximum of the restricted likelihood, where its derivative is 0 or falls from the border', () => {
    const effects = [0, 0.001, 3].map(effect => ({ effect, variance: 1e-9 }))
    // Equal variances: REML is the sample variance less the noise.
    expect(likelihoodTau2(effects)).toBeCloseTo(2.999000333333 - 1e-9, 8)
  })
})

describe('the variance of an interval', () => {
  it('is that of the estimate for a normal interval', () => {
    expect(
      varianceOfInterval({ low: -1.959963985, high: 1.959963985 }, quantileOfCoverage(0.95)),
    ).toBeCloseTo(1, 8)
  })

  it('is never nothing', () => {
    expect(varianceOfInterval({ low: 0.1, high: 0.1 }, quantileOfCoverage(0.95))).toBeGreaterThan(0)
  })
})

describe('quantiles of Student', () => {
  it.each([
    [1, 12.7062],
    [4, 2.776445],
    [11, 2.200985],
    [9999, 1.960201],
  ])('are tabulated for %i degrees of freedom', (degrees, t) => {
    expect(studentQuantile(0.95, degrees)).toBeCloseTo(t, 4)
  })
})
