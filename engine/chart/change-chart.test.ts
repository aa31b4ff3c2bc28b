import { expect, test } from 'vitest'
import { exampleCell, exampleComparison, exampleRow, exampleVariant } from '../../test/fixtures/comparison.ts'
import { comparisonChart } from './change-chart.ts'
import { strengthOf, toneOf } from './change-tone.ts'

test('colour has five steps by the size of the change', () => {
  expect([0.5, 1, -2.9, 3, 9.99, -10, 29, 30, 1000].map(strengthOf)).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5])
})

test('a change has a colour only when its interval with all others leaves out 0', () => {
  const family = { low: 1, high: 11, coverage: 0.95 }
  const slower = exampleRow(exampleCell('cow'), { percent: 6, family, verdict: 'regressed' })
  const faster = exampleRow(exampleCell('anon-cow-seq'), { percent: 6, family, verdict: 'improved' })
  expect([slower, faster].map(toneOf)).toEqual(['worse', 'better'])
  expect(toneOf({ ...slower, verdict: 'not-calibrated' })).toBe('worse')
  const uncoloured = [{ family: null }, { family: { ...family, low: 0 } }, { verdict: 'disturbed' as const }]
  expect(uncoloured.map(one => toneOf({ ...slower, ...one }))).toEqual(['none', 'none', 'none'])
})

test('a chart has a change for each variant of each cell, measured or not', () => {
  const rows = [
    exampleRow(exampleCell('cow'), { percent: 10, low: 9, high: 11 }),
    exampleRow(exampleCell('fork'), { percent: null, low: null, high: null, regionPercent: 2 }),
  ]
  const { marks, title } = comparisonChart({ ...exampleComparison(rows), rows: rows.slice(0, 2) })
  expect(title).toBe('Change against the baseline')
  expect(
    marks.map(({ group, series, percent, interval, regionPercent }) => ({
      of: `${series.name} ${group.name}`,
      percent,
      interval,
      regionPercent,
    })),
  ).toEqual([
    { of: 'b cow', percent: 10, interval: { low: 9, high: 11 }, regionPercent: rows[0]?.regionPercent },
    { of: 'b fork', percent: null, interval: null, regionPercent: 2 },
  ])
})

test('variants of one label are told apart by their runs', () => {
  const comparison = exampleComparison([exampleRow(exampleCell('cow'))])
  const twins = ['first', 'second'].map((runLabel, index) => ({ ...exampleVariant(index, '6.12'), runLabel }))
  const chart = comparisonChart({ ...comparison, variants: twins })
  expect(chart.series.map(({ name }) => name)).toEqual(['first', 'second'])
})
