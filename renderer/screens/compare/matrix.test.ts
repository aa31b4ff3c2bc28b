import { expect, test } from 'vitest'
import type { ComparisonRow } from '../../../engine/contract/comparison.ts'
import { exampleCell, exampleComparison, exampleRow } from '../../../test/fixtures/comparison.ts'
import { cellFacts, matrixOf, type MatrixCell } from './matrix.ts'

function onlyCell(row: ComparisonRow): MatrixCell {
  const cell = matrixOf(exampleComparison([row])).rows[0]?.cells[0]
  if (!cell) throw new Error('the matrix has no cell')
  return cell
}

test('columns are grouped by the direction in which they are read', () => {
  const rows = [exampleCell('remap'), exampleCell('cow'), exampleCell('anon-cow-seq')].map(cell =>
    exampleRow(cell),
  )
  expect(matrixOf(exampleComparison(rows)).groups).toEqual([
    { quantity: 'time', title: 'Time, less is better', columns: 2 },
    { quantity: 'throughput', title: 'Throughput, more is better', columns: 1 },
  ])
})

test.each([
  ['cow', 10, 'worse'],
  ['cow', -10, 'better'],
  ['anon-cow-seq', 10, 'better'],
  ['anon-cow-seq', -10, 'worse'],
] as const)('%s changed by %j %% is %s', (benchmark, percent, tone) => {
  const row = exampleRow(exampleCell(benchmark), { percent, low: percent - 1, high: percent + 1 })
  expect(onlyCell(row).tone).toBe(tone)
})

test.each<[string, Partial<ComparisonRow>]>([
  ['an interval that holds 0 for all cells alone', { family: { low: -1, high: 21, coverage: 0.999 } }],
  ['an interval that ends at 0', { family: { low: 0, high: 20, coverage: 0.999 } }],
  ['no interval', { low: null, high: null, coverage: null, family: null, verdict: 'too-few' }],
  ['a disturbed cell', { verdict: 'disturbed' }],
  ['a verdict of no change', { verdict: 'no-change' }],
  ['a change within the noise floor', { verdict: 'changed-within-floor' }],
  ['no samples', { percent: null, low: null, high: null }],
])('%s has no tone and no colour', (_, change) => {
  const { tone, strength } = onlyCell(exampleRow(exampleCell('cow'), change))
  expect({ tone, strength }).toEqual({ tone: 'none', strength: 0 })
})

test('all medians of a column share one unit', () => {
  const matrix = matrixOf(
    exampleComparison([
      exampleRow(exampleCell('cow'), { baselineMedian: 990_000, variantMedian: 1_200_000 }),
    ]),
  )
  expect(matrix.columns[0]).toMatchObject({ baselineMedian: '990.0', scale: { unit: 'µs' } })
  const facts = cellFacts(matrix.rows[0]!.cells[0]!)
  expect(facts).toContainEqual({ name: 'Baseline median', value: '990.0 µs', statistic: 'median' })
  expect(facts).toContainEqual({ name: 'Variant median', value: '1200.0 µs', statistic: 'median' })
})

test('only parameters that differ between columns of a benchmark are named', () => {
  const cells = [exampleCell('cow'), exampleCell('anon-cow-seq', 1), exampleCell('anon-cow-seq', 20)]
  const matrix = matrixOf(exampleComparison(cells.map(cell => exampleRow(cell))))
  expect(matrix.columns.map(column => column.parameters)).toEqual(['', '1 task', '20 tasks'])
})

test('a cell is reported in one sentence with sign, coverage and verdict', () => {
  expect(onlyCell(exampleRow(exampleCell('cow'))).description).toBe(
    'cow, b: +10.0\u202f%, 97.9 % interval +9.0\u202f% to +11.0\u202f%. ' +
      'No verdict: the noise floor of this host is not calibrated.',
  )
})

test('a pair without common samples keeps its place and says so', () => {
  const comparison = exampleComparison([exampleRow(exampleCell('cow'))])
  const matrix = matrixOf({ ...comparison, rows: [] })
  expect(matrix.rows[0]?.cells[0]).toMatchObject({
    row: null,
    hasPercent: false,
    text: '–',
    interval: '',
    description: 'cow, b: no samples to compare.',
  })
  expect(matrix.columns[0]?.baselineMedian).toBeNull()
})

test('how samples were compared is always said', () => {
  const methods = (['paired', 'unpaired', 'exact'] as const).map(method => {
    const facts = cellFacts(onlyCell(exampleRow(exampleCell('cow'), { method })))
    return facts.filter(({ name }) => ['Method', 'Rounds', 'Samples'].includes(name)).map(({ name }) => name)
  })
  expect(methods).toEqual([
    ['Rounds', 'Method'],
    ['Samples', 'Method'],
    ['Samples', 'Method'],
  ])
})
