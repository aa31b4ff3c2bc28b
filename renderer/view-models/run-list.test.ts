import { expect, test } from 'vitest'
import type { RunSummary } from '../../engine/contract/run.ts'
import { runSummary as run } from '../../test/fixtures/run-summary.ts'
import { canResume, filterRuns, sortRuns } from './run-list.ts'

function ids(runs: readonly RunSummary[]): string[] {
  return runs.map(({ id }) => id)
}

test('every word of the filter must be somewhere in the run', () => {
  const runs = [
    run('one', { note: 'governor performance' }),
    run('two', { status: 'interrupted', benchmarks: ['fork'] }),
    run('three', { kernelRelease: '6.18.0-rc5' }),
  ]
  expect(ids(filterRuns(runs, 'GOVERNOR one'))).toEqual(['one'])
  expect(ids(filterRuns(runs, 'interrupted fork'))).toEqual(['two'])
  expect(ids(filterRuns(runs, 'rc5'))).toEqual(['three'])
  expect(ids(filterRuns(runs, 'rc5 fork'))).toEqual([])
  expect(filterRuns(runs, '  ')).toBe(runs)
})

test('labels sort as people count; equal ones stay as the library lists them, whatever their dates say', () => {
  const runs = [run('run 10'), run('run 2', { createdAt: 1 }), run('run 2', { createdAt: 5 })]
  expect(
    sortRuns(runs, { key: 'label', descending: false }).map(({ createdAt, id }) => [id, createdAt]),
  ).toEqual([
    ['run 2', 1],
    ['run 2', 5],
    ['run 10', 0],
  ])
  expect(sortRuns(runs, null)).toEqual(runs)
})

test('numbers sort by size, and sorting leaves the list alone', () => {
  const runs = [run('a', { sampleCount: 9 }), run('b', { sampleCount: 100 })]
  expect(ids(sortRuns(runs, { key: 'sampleCount', descending: true }))).toEqual(['b', 'a'])
  expect(ids(runs)).toEqual(['a', 'b'])
})

test('only runs that ended early can be resumed', () => {
  const statuses = ['running', 'complete', 'cancelled', 'interrupted', 'failed'] as const
  expect(statuses.filter(canResume)).toEqual(['cancelled', 'interrupted', 'failed'])
})
