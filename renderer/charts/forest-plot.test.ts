import { expect, test } from 'vitest'
import { clippedText, forestRange } from './forest-plot.ts'

function line(
  percent: number,
  low: number,
  high: number,
  outer: { low: number; high: number } | null = null,
) {
  return { percent, inner: { low, high }, outer }
}

test('a plot reaches to the ends of all intervals where these are not much wider than the estimates', () => {
  const lines = [line(-8, -12, -4), line(3, -1, 7, { low: -20, high: 22 })]
  expect(forestRange(lines)).toEqual({})
  expect(clippedText(lines)).toBe('')
})

test('intervals much wider than every estimate are clipped, and it says how many', () => {
  const lines = [line(-8, -12, -4), line(3, -1, 7, { low: -400, high: 400 }), line(1, -90, 2)]
  expect(forestRange(lines)).toEqual({ min: -24, max: 24 })
  expect(clippedText(lines)).toMatch(/^2 intervals go on beyond the plot, as arrows/)
  expect(clippedText(lines.slice(0, 2))).toMatch(/^One interval goes on beyond the plot/)
})

test('a line without an estimate clips nothing', () => {
  expect(clippedText([{ percent: null, inner: null, outer: null }])).toBe('')
})
