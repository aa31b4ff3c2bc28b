import fc from 'fast-check'
import { expect, test } from 'vitest'
import { projectChange } from './projection.ts'

const seven = [1, 2, 3, 4, 5, 6, 7] // the fewest that give 97.5 %: 1 − 2·2⁻⁷ = 98.4 %

test('a projection is the extra time as percent of the time of the kernel', () => {
  const host = [100, 101, 102, 103, 104, 105, 106]
  const { percent, extra } = projectChange(seven, host, 0.95)
  expect(extra).toEqual({ value: 4, low: 1, high: 7 })
  expect(percent.value).toBeCloseTo((100 * 4) / 103, 12)
  expect(percent.low).toBeCloseTo(100 / 106, 12)
  expect(percent.high).toBeCloseTo(7, 12)
})

test('where the sign is open the interval is widest over the fastest kernel', () => {
  const extra = [-3, -2, -1, 0, 1, 2, 3]
  const { percent } = projectChange(extra, [10, 20, 20, 20, 20, 20, 40], 0.95)
  expect(percent).toEqual({ value: 0, low: -30, high: 30 })
})

test('too few rounds on either side give no interval', () => {
  const six = [1, 2, 3, 4, 5, 6]
  expect(projectChange(six, seven, 0.95).percent).toMatchObject({ low: null, high: null })
  expect(projectChange(seven, six, 0.95).percent).toMatchObject({ low: null, high: null })
})

test('what cannot be projected is refused', () => {
  expect(() => projectChange([], seven, 0.95)).toThrow(RangeError)
  expect(() => projectChange(seven, [], 0.95)).toThrow(RangeError)
  expect(() => projectChange(seven, [1, 0, 1], 0.95)).toThrow(RangeError)
})

test('units cancel, and the sign of the extra time is the sign of the projection', () => {
  const times = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 7, maxLength: 30 })
  fc.assert(
    fc.property(times, times, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (extra, host, scale) => {
      const plain = projectChange(extra, host, 0.95).percent
      const scaled = projectChange(extra.map(scaledBy), host.map(scaledBy), 0.95).percent
      expect(scaled.value / plain.value).toBeCloseTo(1, 9)
      const turned = projectChange(
        extra.map(value => -value),
        host,
        0.95,
      ).percent
      expect(turned.value).toBe(-plain.value)
      expect([turned.low, turned.high]).toEqual([-(plain.high ?? NaN), -(plain.low ?? NaN)])

      function scaledBy(value: number): number {
        return value * scale
      }
    }),
  )
})
