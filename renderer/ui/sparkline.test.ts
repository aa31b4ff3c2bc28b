import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sparklinePoints } from './sparkline.ts'

test('the lowest value is at the bottom and the highest at the top', () => {
  expect(sparklinePoints([1, 3, 2], 12, 12)).toBe('1,11 6,1 11,6')
})

test('equal values make a level line, a single value none', () => {
  expect(sparklinePoints([5, 5], 12, 12)).toBe('1,6 11,6')
  expect(sparklinePoints([5], 12, 12)).toBe('')
})

test('every point lies within the box', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { minLength: 2 }), values => {
      for (const point of sparklinePoints(values, 64, 16).split(' ')) {
        const [x = NaN, y = NaN] = point.split(',').map(Number)
        expect(x >= 0 && x <= 64 && y >= 0 && y <= 16).toBe(true)
      }
    }),
  )
})
