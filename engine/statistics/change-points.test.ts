import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../plan/random.ts'
import { changePoints } from './change-points.ts'

/** Values around levels with up to ±1 % of seeded noise, twenty runs a level. */
function history(levels: readonly number[], seed: number, runs = 20): number[] {
  const random = createRandom(seed)
  return levels.flatMap(level =>
    Array.from({ length: runs }, () => level * (1 + 0.02 * (random.fraction() - 0.5))),
  )
}

describe('changePoints', () => {
  it('finds a change of level where it happened and how large it was', () => {
    const points = changePoints(history([100, 105], 1))
    expect(points).toHaveLength(1)
    expect(points[0]?.index).toBe(20)
    expect(points[0]?.percent).toBeCloseTo(5, 0)
    expect(points[0]?.p).toBeLessThan(1e-6)
  })

  it('finds a level that came and went', () => {
    expect(changePoints(history([100, 105, 100], 2)).map(point => point.index)).toEqual([20, 40])
  })

  it('finds every step of a stair', () => {
    expect(changePoints(history([100, 103, 107, 112, 104], 3)).map(point => point.index)).toEqual([
      20, 40, 60, 80,
    ])
  })

  it('finds exact steps in counts that repeat, and none in a constant history', () => {
    const counts = [...Array<number>(7).fill(1_000_003), ...Array<number>(5).fill(1_000_010)]
    const points = changePoints(counts)
    expect(points.map(({ index, p }) => ({ index, p }))).toEqual([{ index: 7, p: 0 }])
    expect(points[0]?.percent).toBeCloseTo(7e-4, 8)
    expect(changePoints(Array<number>(31).fill(1_000_003))).toEqual([])
  })

  it('is silent on nearly every history in which nothing changed', () => {
    const disturbed = Array.from({ length: 200 }, (_, seed) => changePoints(history([100], seed, 50)))
    expect(disturbed.filter(points => points.length > 0).length).toBeLessThanOrEqual(10)
  })

  it('does not depend on the unit', () => {
    const values = history([100, 104], 5)
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), scale => {
        const scaled = changePoints(values.map(value => value * scale))
        expect(scaled.map(point => point.index)).toEqual([20])
      }),
      { numRuns: 20 },
    )
  })

  it('has nothing to say about fewer than six runs and refuses what is not positive', () => {
    expect(changePoints([])).toEqual([])
    expect(changePoints([1, 1, 1, 9, 9])).toEqual([])
    expect(() => changePoints([1, 0])).toThrow('positive')
  })
})
