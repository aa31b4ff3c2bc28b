import { expect, it } from 'vitest'
import { compareExact, countGroups } from './exact-comparison.ts'
import type { RoundValue } from './log-ratio.ts'

function rounds(values: readonly (number | null)[]): RoundValue[] {
  return values.map((value, round) => ({ round, value }))
}

it('reports the exact difference of counts that repeat', () => {
  const comparison = compareExact(rounds([1000, 1000, 1000]), rounds([980, 980, 980]), { better: 'less' })
  expect(comparison).toMatchObject({
    method: 'exact',
    percent: -2,
    low: -2,
    high: -2,
    coverage: null,
    p: null,
    n: 3,
  })
  expect(comparison.verdict).toEqual({ kind: 'improved', deltaPercent: 1 })
  expect(comparison.warnings).toEqual([])
})

it('bounds the difference by every pair of counts when they do not quite repeat', () => {
  const comparison = compareExact(rounds([1000, 1001, 1002]), rounds([1000, 1002, 1003]), {
    better: 'less',
  })
  expect(comparison.percent).toBeCloseTo((100 * 1) / 1001, 10)
  expect(comparison.low).toBeCloseTo((100 * -2) / 1002, 10)
  expect(comparison.high).toBeCloseTo(0.3, 10)
  expect(comparison.verdict.kind).toBe('no-change')
})

it('reports both values when a side falls into two groups', () => {
  const counts = [5000, 5000, 5200, 5001, 5201]
  const comparison = compareExact(rounds(counts), rounds([5000, 5000, null]), { better: 'less' })
  expect(countGroups(counts)).toEqual([
    { value: 5000, samples: 3, min: 5000, max: 5001 },
    { value: 5200.5, samples: 2, min: 5200, max: 5201 },
  ])
  expect(comparison.percent).toBe(0)
  expect(comparison.low).toBeCloseTo((100 * -201) / 5201, 10)
  expect(comparison.verdict).toMatchObject({ kind: 'not-resolved', moreRounds: null })
  expect(comparison.warnings).toEqual([
    { kind: 'voided-rounds', count: 1 },
    { kind: 'two-groups', side: 'baseline' },
  ])
})

it.each([
  { counts: [], groups: [] },
  { counts: [7], groups: [7] },
  { counts: [7, 7, 7], groups: [7] },
  { counts: [7, 7, 8, 8], groups: [7, 8] },
  { counts: [7, 7, 7, 8], groups: [7] }, // one count alone is an outlier, not a group
  { counts: [1, 2, 3, 4, 5, 6], groups: [3.5] },
  { counts: [1, 2, 7, 8], groups: [4.5] }, // a gap of 5 between widths of 1 is not wide enough
  { counts: [1, 2, 8, 9], groups: [1.5, 8.5] },
])('finds the groups $groups in $counts', ({ counts, groups }) => {
  expect(countGroups(counts).map(group => group.value)).toEqual(groups)
})

it('needs two counts a side, since one cannot show whether it repeats', () => {
  const comparison = compareExact(rounds([10]), rounds([11, 11]), { better: 'less' })
  expect(comparison).toMatchObject({
    percent: 10,
    low: null,
    high: null,
    verdict: { kind: 'too-few', have: 1, need: 2 },
  })
  expect(compareExact([], rounds([1]), { better: 'more' })).toMatchObject({ percent: null, n: 0 })
})
