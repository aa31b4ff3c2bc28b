import { expect, test } from 'vitest'
import { mebibyte } from '../../../engine/contract/units.ts'
import { schemeVariant } from '../../../engine/contract/variant.ts'
import { exampleCell, exampleComparison, exampleRow } from '../../../test/fixtures/comparison.ts'
import { countRequest, perPage } from './operation-counts.ts'

test('each variant of the model is counted in each cell once, on a small region of whole folios', () => {
  const { benchmark, parameters } = exampleCell('munmap')
  const huge = { benchmark, parameters: { ...parameters, folioBytes: 32 * mebibyte } }
  const comparison = exampleComparison([exampleRow(exampleCell('munmap')), exampleRow(huge)])
  const baseline = { ...comparison.baseline, variant: schemeVariant('batch') }
  const { variants, cells } = countRequest({ ...comparison, baseline })
  expect(variants.map(({ label }) => label)).toEqual(['batch'])
  expect(cells.map(cell => cell.parameters.sizeBytes / mebibyte)).toEqual([4, 64])
})

test('a count is told for a page', () => {
  const none = { referenceRmw: 0, flagRmw: 0, lockRmw: 0, queueLocks: 0, outsideRmw: 0, loads: 0, stores: 0 }
  const counts = { pages: 512, folios: 1, mappingRmw: 1024, ...none, calls: 1 }
  expect([perPage(counts, 'mappingRmw'), perPage(counts, 'calls')]).toEqual(['2', '0.002'])
})
