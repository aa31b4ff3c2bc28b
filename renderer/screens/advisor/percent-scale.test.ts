import fc from 'fast-check'
import { expect, test } from 'vitest'
import { percentScale, whiskerOf, type Change } from './percent-scale.ts'

function change(percent: number | null, low: number | null, high: number | null): Change {
  return { percent, low, high, regionPercent: 1 }
}

test('nothing measured still gives a scale around 0', () => {
  const { min, max, ticks } = percentScale([])
  expect([min, max]).toEqual([-6, 6])
  expect(ticks.map(({ text }) => text)).toEqual(['−6', '−4', '−2', '0', '+2', '+4', '+6'])
})

test('the scale holds every estimate and 0, its ticks stand in order and reach both ends', () => {
  const percents = fc.array(fc.double({ min: -99, max: 500, noNaN: true }), { minLength: 1 })
  fc.assert(
    fc.property(percents, values => {
      const scale = percentScale(values.map(value => change(value, value - 3, value + 3)))
      expect(scale.min).toBeLessThanOrEqual(Math.min(0, ...values))
      expect(scale.max).toBeGreaterThanOrEqual(Math.max(0, ...values))
      expect(scale.ticks.map(({ value }) => value)).toContain(0)
      expect(scale.ticks[0]?.place).toBe(0)
      expect(scale.ticks.at(-1)?.place).toBeCloseTo(100)
      expect(scale.ticks.length).toBeLessThan(10)
    }),
  )
})

test('a whisker lies where its numbers are, and says where it leaves the picture', () => {
  const far = change(-20, -30, 900)
  const scale = percentScale([far, change(2, 1, 3)])
  expect(scale).toMatchObject({ min: -40, max: 40 })
  expect(whiskerOf(far, scale)).toEqual({
    point: 25,
    interval: { from: 12.5, to: 100, isCutLow: false, isCutHigh: true },
    region: { from: 48.75, to: 51.25 },
  })
})

test('without an estimate there is only the region', () => {
  expect(whiskerOf(change(null, null, null), percentScale([]))).toMatchObject({ point: null, interval: null })
})
