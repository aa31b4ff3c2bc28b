import { expect, test } from 'vitest'
import type { FunctionComparison } from '../../../engine/contract/function-counts.ts'
import { functionBars, functionRows, signedCount } from './function-bars.ts'

const comparison: FunctionComparison = {
  before: { label: '6.16', instructions: 400 },
  after: { label: '6.17', instructions: 800 },
  functions: [
    { name: 'commit', before: 0, after: 500 },
    { name: 'change', before: 290, after: 190 },
    { name: 'walk', before: 106, after: 106 },
    { name: 'tick', before: 3, after: 1 },
    { name: 'lock', before: 1, after: 3 },
  ],
}

test('both bars have one scale and one order, and what is too narrow is drawn together', () => {
  const { before, after } = functionBars(comparison)
  expect(before).toEqual([
    { name: 'change', instructions: 290, width: 36.25, change: 'less' },
    { name: 'walk', instructions: 106, width: 13.25, change: 'same' },
    { name: 'others', instructions: 4, width: 0.5, change: 'same' },
  ])
  expect(after.map(({ name, change }) => `${name} ${change}`)).toEqual([
    'commit more',
    'change less',
    'walk same',
    'others same',
  ])
  expect(after.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(100)
})

test('rows are what differs; the others and all are summed', () => {
  const { rows, rest, all } = functionRows(comparison, 2)
  expect(rows.map(({ name, difference }) => [name, difference])).toEqual([
    ['commit', 500],
    ['change', -100],
  ])
  expect(rest).toEqual({ name: '3 others', before: 110, after: 110, difference: 0 })
  expect(all).toEqual({ name: 'all functions', before: 400, after: 800, difference: 400 })
  expect(functionRows(comparison, 20).rows).toHaveLength(4)
})

test('nothing counted draws nothing', () => {
  expect(functionBars({ ...comparison, functions: [] })).toEqual({ before: [], after: [] })
})

test('differences have their sign', () => {
  expect([339, -289.224, 0].map(signedCount)).toEqual(['+339.00', '-289.22', '0.00'])
})
