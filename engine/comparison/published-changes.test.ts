import { expect, test } from 'vitest'
import { schemeVariant, type Variant } from '../contract/variant.ts'
import { exampleCell, exampleRunId } from '../../test/fixtures/comparison.ts'
import { publishedBeside } from './published-changes.ts'
import { publishedReferences } from '../comparison/published-tables.ts'

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
    { machine: 'xeon-4210r', cpu: 'Intel Xeon Silver 4210R', rows: [{ percent: 123.7 }] },
    { machine: 'epyc-7313', cpu: 'AMD EPYC 7313', rows: [{ percent: 55.4 }] },
  ])
})

test('against another baseline the published changes are reckoned anew', () => {
  const [xeon] = beside(stage('mapcount'), stage('rmap-id'))
  expect(xeon!.rows[0]!.percent).toBeCloseTo(100 * (2.237 / 1.134 - 1), 9)
})

test('kernels are no stages', () => {
  expect(beside({ target: 'host', label: '6.15' }, stage('all'))).toEqual([])
  expect(beside(stage('baseline'), { target: 'host', label: 'baseline' })).toEqual([])
})
