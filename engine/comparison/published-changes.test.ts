import { expect, test } from 'vitest'
import { schemeVariant, type Variant } from '../contract/variant.ts'
import { exampleCell, exampleRunId } from '../../test/fixtures/comparison.ts'
import { publishedBeside } from './published-changes.ts'
import { publishedReferences, publishedSizes } from '../comparison/published-tables.ts'

function stage(scheme: string): Variant {
  return schemeVariant(scheme, { label: `my ${scheme}` })
}

function beside(baseline: Variant, ...variants: Variant[]) {
  const rows = variants.map((_, index) => ({
    cell: exampleCell('remap'),
    variant: { runId: exampleRunId, variantIndex: index },
  }))
  return publishedBeside(
    rows,
    { baseline, variantOf: ({ variantIndex }) => variants[variantIndex] },
    publishedReferences(),
  )
}

test('the same stage and benchmark on each published machine', () => {
  expect(beside(stage('baseline'), stage('rmap-id'), stage('mm-id'))).toMatchObject([
    { table: 'xeon-4210r', cpu: 'Intel Xeon Silver 4210R', rows: [{ percent: 123.7 }] },
    { table: 'epyc-7313', cpu: 'AMD EPYC 7313', rows: [{ percent: 55.4 }] },
  ])
})

test('against another baseline the published changes are recalculated', () => {
  const [xeon] = beside(stage('mapcount'), stage('rmap-id'))
  expect(xeon!.rows[0]!.percent).toBeCloseTo(100 * (2.237 / 1.134 - 1), 9)
})

test('kernels are no stages', () => {
  expect(beside({ target: 'host', label: '6.15' }, stage('all'))).toEqual([])
  expect(beside(stage('baseline'), { target: 'host', label: 'baseline' })).toEqual([])
})

function besideSizes(
  baseline: string,
  variant: string,
  benchmark: 'munmap' | 'fork',
  ...kibibytes: number[]
) {
  const rows = kibibytes.map(size => {
    const { parameters } = exampleCell(benchmark)
    return {
      cell: { benchmark, parameters: { ...parameters, folioBytes: size * 1024 } },
      variant: { runId: exampleRunId, variantIndex: 1 },
    }
  })
  return publishedBeside(rows, { baseline: stage(baseline), variantOf: () => stage(variant) }, [
    ...publishedReferences(),
    ...publishedSizes(),
  ]).map(({ table, rows: found }) => [table, found.map(({ percent }) => Math.round(percent))])
}

test('tables over folio sizes lie beside the sizes that they have', () => {
  expect(besideSizes('upstream-6.8', 'upstream-6.9', 'munmap', 4, 16, 64, 2048, 4096)).toEqual([
    ['munmap-batching', [-1, -20, -37, -58]],
  ])
  expect(besideSizes('upstream-6.10', 'upstream-6.12', 'munmap', 16, 2048)).toEqual([
    ['nr-pages-mapped', [-9, -21]],
  ])
  expect(besideSizes('upstream-6.12', 'mm-id-nopagemapcount', 'munmap', 16, 2048)).toEqual([
    ['mm-owner-v1', [-8, -31]],
    ['mm-owner-v3', [-30]],
  ])
  expect(besideSizes('upstream-6.9', 'upstream-6.8', 'fork', 2048)).toEqual([
    ['fork-batching-v1', [24]],
    ['fork-batching-v3', [42]],
  ])
})

test('the series was published with folios of 2 MiB alone', () => {
  expect(besideSizes('baseline', 'batch', 'munmap', 64)).toEqual([])
  expect(besideSizes('baseline', 'batch', 'munmap', 64, 2048).map(([table]) => table)).toEqual([
    'xeon-4210r',
    'epyc-7313',
  ])
})

test('the percents of the threads follow from their seconds', () => {
  function percentsOf(table: string): number[] {
    return publishedSizes()
      .filter(reference => reference.table === table)
      .map(({ percent }) => Math.round(percent) + 0)
  }
  expect(percentsOf('fork-batching-v1')).toEqual([0, -7, -14, -16, -18, -19, -19, -19, -20])
  expect(percentsOf('fork-batching-v3')).toEqual([-2, -16, -24, -26, -28, -29, -30, -30, -30])
  expect(percentsOf('munmap-batching')).toEqual([-1, -20, -31, -37, -47, -53, -56, -57, -58])
})

test('an own variant that equals a stage has the published change of that stage', () => {
  const own = stage('free:exclusive=cmpxchg,scope=values,batch=remap,values=precomputed,pagecounts=on')
  expect(beside(stage('baseline'), own)).toEqual(beside(stage('baseline'), stage('exclusive')))
})
