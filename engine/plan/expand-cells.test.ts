import { expect, test } from 'vitest'
import { kibibyte, mebibyte } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { examplePlan } from '../../test/fixtures/run.ts'
import { expandCells } from './expand-cells.ts'

const sizes = [4 * kibibyte, 64 * kibibyte, 2 * mebibyte]

function namesOf(change: Parameters<typeof examplePlan>[0]): string[] {
  return expandCells(examplePlan(change)).map(
    ({ benchmark, parameters: { folioBytes, tasks } }) => `${benchmark} ${folioBytes / kibibyte} ${tasks}`,
  )
}

test('each benchmark has a cell for each folio size, and tasks within it', () => {
  expect(
    namesOf({ benchmarks: ['fork', 'anon-cow-seq'], folioSizes: sizes.slice(1), tasks: [1, 4] }),
  ).toEqual([
    'fork 64 1',
    'fork 2048 1',
    'anon-cow-seq 64 1',
    'anon-cow-seq 64 4',
    'anon-cow-seq 2048 1',
    'anon-cow-seq 2048 4',
  ])
})

test('of several sizes remap has those that one entry maps: in a kernel a PMD, in the model all but a page', () => {
  const benchmarks: 'remap'[] = ['remap']
  expect(namesOf({ benchmarks, folioSizes: sizes })).toEqual(['remap 2048 1'])
  const variants = [schemeVariant('all')]
  expect(namesOf({ target: 'model', variants, benchmarks, folioSizes: sizes })).toEqual([
    'remap 64 1',
    'remap 2048 1',
  ])
})

test('a single size is never left out, so that the cells of older plans stay what they were', () => {
  expect(namesOf({ benchmarks: ['remap', 'fork'], folioSizes: [64 * kibibyte] })).toEqual([
    'remap 64 1',
    'fork 64 1',
  ])
})

test('of several sizes shared memory has that of a single page', () => {
  const benchmarks: 'mprotect-shared-dirty'[] = ['mprotect-shared-dirty']
  expect(namesOf({ benchmarks, folioSizes: sizes })).toEqual(['mprotect-shared-dirty 4 1'])
})
