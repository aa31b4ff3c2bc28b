import { expect, test } from 'vitest'
import { mebibyte } from '../../../engine/contract/units.ts'
import { schemeVariant } from '../../../engine/contract/variant.ts'
import { exampleCell, exampleComparison, exampleRow } from '../../../test/fixtures/comparison.ts'
import { countColumns, countRequest, countText } from './operation-counts.ts'

test('each variant of the model is counted in each cell once, on a small region of whole folios', () => {
  const { benchmark, parameters } = exampleCell('munmap')
  const huge = { benchmark, parameters: { ...parameters, folioBytes: 32 * mebibyte } }
  const comparison = exampleComparison([exampleRow(exampleCell('munmap')), exampleRow(huge)])
  const baseline = { ...comparison.baseline, variant: schemeVariant('batch') }
  const { variants, cells } = countRequest({ ...comparison, baseline })
  expect(variants.map(({ label }) => label)).toEqual(['batch'])
  expect(cells.map(cell => cell.parameters.sizeBytes / mebibyte)).toEqual([4, 64])
})

test('a count is reported for a page', () => {
  const none = { referenceRmw: 0, flagRmw: 0, lockRmw: 0, queueLocks: 0, outsideRmw: 0, loads: 0, stores: 0 }
  const readers = { readerQueries: 0, readerUncertain: 0, readerFalselyShared: 0, readerFalselyExclusive: 0 }
  const counts = { pages: 512, folios: 1, mappingRmw: 1024, ...none, calls: 1, retries: 0, ...readers }
  const texts = countColumns([exampleCell('munmap')]).map(column => [column.name, countText(counts, column)])
  expect(Object.fromEntries(texts)).toMatchObject({ mappingRmw: '2', calls: '0.002' })
  expect(texts.map(([name]) => name)).not.toContain('retries')
})

test('retries and false answers are reported for benchmarks that read, all together', () => {
  const counts = {
    ...{ pages: 2 ** 20, folios: 16, mappingRmw: 0, referenceRmw: 0, flagRmw: 0, lockRmw: 0, queueLocks: 0 },
    ...{ outsideRmw: 0, loads: 2 ** 21, stores: 0, calls: 0, retries: 12, readerQueries: 900 },
    ...{ readerUncertain: 900, readerFalselyShared: 3, readerFalselyExclusive: 4 },
  }
  const columns = countColumns([exampleCell('munmap'), exampleCell('read-shared')])
  expect(columns.map(column => countText(counts, column)).slice(-6)).toEqual(['2', '0', '0', '12', '3', '4'])
})
