import { expect, test } from 'vitest'
import { exampleTheme } from '../../test/fixtures/chart-theme.ts'
import { clippedText, forestPlot, type ForestLine } from './forest-plot.ts'

function line(
  percent: number,
  low: number,
  high: number,
  outer: { low: number; high: number } | null = null,
) {
  return { percent, inner: { low, high }, outer }
}

test('intervals that are not much wider than the estimates are seen whole', () => {
  const lines = [line(-8, -12, -4), line(3, -1, 7, { low: -20, high: 22 })]
  expect(clippedText(lines)).toBe('')
})

test('intervals much wider than every estimate are clipped, and it says how many', () => {
  const lines = [line(-8, -12, -4), line(3, -1, 7, { low: -400, high: 400 }), line(1, -90, 2)]
  expect(clippedText(lines)).toMatch(/^2 intervals extend beyond the plot \(/)
  expect(clippedText(lines.slice(0, 2))).toMatch(/^One interval extends beyond/)
})

test('a line without an estimate clips nothing', () => {
  expect(clippedText([{ percent: null, inner: null, outer: null }])).toBe('')
})

test('the scale holds the ends of a line with one interval, which Chart.js would not see', () => {
  const only: ForestLine = {
    ...line(-26.6, -31, 329),
    label: 'EPYC',
    isBold: false,
    fill: '',
    color: '',
    point: { style: 'rect', radius: 4 },
    numbers: '',
    description: null,
    regionPercent: 1,
  }
  const { options } = forestPlot([only], 'change', exampleTheme)
  expect(options?.scales?.x).toMatchObject({ suggestedMin: -31, max: 26.6 * 3 })
})
