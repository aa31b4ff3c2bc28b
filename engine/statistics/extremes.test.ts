import { expect, test, vi } from 'vitest'
import { largestOf, smallestOf } from './extremes.ts'

vi.setConfig({ testTimeout: 120_000 }) // many values, on a machine that may be busy

test('of hundreds of thousands of values the smallest and the largest are found', () => {
  const values = Array.from({ length: 300_000 }, (_, index) => (index * 7) % 300_000)
  expect([smallestOf(values), largestOf(values)]).toEqual([0, 299_999])
  expect([smallestOf([]), largestOf([])]).toEqual([Infinity, -Infinity])
})
