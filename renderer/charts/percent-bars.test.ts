import { expect, test } from 'vitest'
import { exampleCell, exampleComparison, exampleRow } from '../../test/fixtures/comparison.ts'
import { comparisonChart } from '../../engine/chart/change-chart.ts'
import { exampleTheme } from '../../test/fixtures/chart-theme.ts'
import { percentBars, percentRange } from './percent-bars.ts'
import { faded } from './theme.ts'

const separated = exampleRow(exampleCell('cow'))
const unresolved = exampleRow(exampleCell('fork'), {
  ...{ percent: 1, low: -2, high: 4 },
  family: { low: -2, high: 4, coverage: 0.9785 },
})
const missing = exampleRow(exampleCell('remap'), { percent: null, low: null, high: null })

test('each variant has a bar for each column, with the ends of its interval as whiskers', () => {
  const { data } = percentBars(
    comparisonChart(exampleComparison([separated, unresolved, missing])),
    exampleTheme,
  )
  expect(data.labels).toEqual(['cow', 'fork', 'remap'])
  expect(data.datasets.map(({ label, data: bars }) => [label, bars])).toEqual([
    [
      'b',
      [
        { y: 10, yMin: 9, yMax: 11 },
        { y: 1, yMin: -2, yMax: 4 },
        { y: NaN, yMin: NaN, yMax: NaN },
      ],
    ],
  ])
})

test('a change that is not told apart from none has a faint bar', () => {
  const { data } = percentBars(comparisonChart(exampleComparison([separated, unresolved])), exampleTheme)
  expect(data.datasets[0]?.backgroundColor).toEqual(['rgb(0, 0, 1)', 'rgba(0, 0, 1, 0.22)'])
})

test('a disturbed bar is grey, and the legend keeps the colour of its variant', () => {
  const disturbed = exampleRow(exampleCell('fork'), { verdict: 'disturbed' })
  const { data } = percentBars(comparisonChart(exampleComparison([separated, disturbed])), exampleTheme)
  const [bars] = data.datasets
  expect(bars?.backgroundColor).toEqual(['rgb(0, 0, 1)', faded(exampleTheme.secondary, 0.22)])
  expect(bars?.borderWidth).toEqual([1, 0])
  expect(bars?.borderColor).toBe('rgb(0, 0, 1)')
})

test('parameters stand below the benchmark where columns differ in them', () => {
  const rows = [1, 8].map(tasks => exampleRow(exampleCell('anon-cow-seq', tasks)))
  const { data } = percentBars(comparisonChart(exampleComparison(rows)), exampleTheme)
  expect(data.labels).toEqual([
    ['anon-cow-seq', '1 task'],
    ['anon-cow-seq', '8 tasks'],
  ])
})

test('the scale is left to the data unless an interval dwarfs every estimate', () => {
  const wide = exampleRow(exampleCell('munmap'), { percent: 2, low: -90, high: 3000 })
  expect(percentRange(comparisonChart(exampleComparison([separated, unresolved])))).toEqual({})
  expect(percentRange(comparisonChart(exampleComparison([separated, wide])))).toEqual({ max: 30, min: -30 })
})
