import { expect, test } from 'vitest'
import type { OperationCounts } from '../../contract/operation-counts.ts'
import { mebibyte } from '../../contract/units.ts'
import { operationCountsTables } from './operation-counts-table.ts'
import { renderText } from '../format/text.ts'

const parameters = { sizeBytes: 4 * mebibyte, folioBytes: 2 * mebibyte, tasks: 1 }
const counts: OperationCounts = {
  ...{ pages: 1024, folios: 2, mappingRmw: 2048, referenceRmw: 3072, flagRmw: 4096, lockRmw: 1026 },
  ...{ queueLocks: 2, outsideRmw: 5120, loads: 6144, stores: 7168, calls: 8192, retries: 5 },
  ...{ readerQueries: 900, readerUncertain: 80, readerFalselyShared: 7, readerFalselyExclusive: 6 },
}

test('each count is shown per page', () => {
  const [table, ...others] = operationCountsTables([
    { variant: 'all', cell: { benchmark: 'cow', parameters }, counts },
  ])
  expect(others).toEqual([])
  expect(table!.title).toBe('Operations per page, 4 MiB in folios of 2 MiB')
  expect(table!.rows.map(row => row.map(({ value }) => value))).toEqual([
    ['cow', 'all', 2, 3, 4, 1026 / 1024, 5, 6, 7, 8],
  ])
  expect(table!.rows[0]!.map(({ text }) => text)).toEqual([
    'cow',
    'all',
    '2',
    '3',
    '4',
    '1.002',
    '5',
    '6',
    '7',
    '8',
  ])
  expect(
    renderText([table!])
      .split('\n')
      .filter(line => line.length > 75),
  ).toEqual([])
})

test('benchmarks that read have a table of their own, with retries and false answers', () => {
  const tables = operationCountsTables(
    (['read-shared', 'cow'] as const).map(benchmark => ({
      ...{ variant: 'all', counts },
      cell: { benchmark, parameters: { ...parameters, tasks: benchmark === 'cow' ? 1 : 2 } },
    })),
  )
  expect(tables.map(({ title }) => title.split(',')[0])).toEqual([
    'Operations per page',
    'Answers about folios',
  ])
  const [, answers] = tables
  expect(answers!.rows.map(row => row.map(({ value }) => value))).toEqual([
    ['read-shared x2', 'all', 1024, 6, 5, 900, 80, 7, 6],
  ])
  expect(answers!.columns.map(({ head }) => head).slice(-2)).toEqual(['falsely shared', 'falsely exclusive'])
})
