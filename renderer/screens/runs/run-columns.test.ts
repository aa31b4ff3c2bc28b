import { expect, test } from 'vitest'
import { runSummary } from '../../../test/fixtures/run-summary.ts'
import { runColumns, runsAsCsv, runsAsMarkdown, runText, usualRunColumns } from './run-columns.ts'

const runs = [
  runSummary('one', {
    label: 'before, after',
    createdAt: Date.UTC(2026, 2, 1, 12),
    sampleCount: 12_345,
    benchmarks: ['fork', 'cow'],
    variantLabels: ['a', 'b|c'],
  }),
  runSummary('two', { status: 'failed' }),
]
const shown = runColumns.filter(({ key }) =>
  ['label', 'status', 'sampleCount', 'variantLabels'].includes(key),
)

test('every column has a text for every run, and the usual ones are among them', () => {
  for (const run of runs) for (const { key } of runColumns) expect(runText(run, key)).toMatch(/./)
  expect(runColumns.map(({ key }) => key)).toEqual(expect.arrayContaining([...usualRunColumns]))
})

test('Markdown holds the list as it is shown', () => {
  expect(runsAsMarkdown(runs, shown)).toBe(
    '| Run | Status | Variants | Samples |\n| --- | --- | --- | ---: |\n' +
      '| before, after | Complete | a, b\\|c | 12,345 |\n| two | Failed | a | 0 |\n',
  )
})

test('CSV holds identifiers, numbers in full and moments that programs read', () => {
  const started = runColumns.filter(({ key }) => key === 'createdAt')
  expect(runsAsCsv(runs, [...shown, ...started])).toBe(
    'id,label,status,variantLabels,sampleCount,createdAt\r\n' +
      'one,"before, after",Complete,"a, b|c",12345,2026-03-01T12:00:00.000Z\r\n' +
      'two,two,Failed,a,0,1970-01-01T00:00:00.000Z\r\n',
  )
})

test('a disturbed run says so beside its status', () => {
  const run = runSummary('one', { disturbances: ['While “one” was measured, something ran.'] })
  expect(runText(run, 'status')).toBe('Complete, disturbed')
})
