import { expect, test } from 'vitest'
import type { FleetJobState } from '../../../engine/contract/fleet.ts'
import { collectionText, stateCounts } from './fleet-rows.ts'

function fleetOf(...states: FleetJobState[]) {
  const jobs = states.map((state, index) => ({ index, state, node: null, run: null, detail: '' }))
  return { name: 'zen', folder: '/shared/zen', createdAt: 0, jobs, failure: null }
}

test('jobs are counted by state, those that go on first', () => {
  const counts = stateCounts(fleetOf('collected', 'running', 'unfinished', 'collected'))
  expect(counts.map(({ text }) => text)).toEqual(['1 running', '1 unfinished', '2 collected'])
})

test('a collection says what is new and what could not be taken', () => {
  expect(collectionText('zen', { collected: [], known: 12, refused: [] })).toBe(
    'zen: No new run, 12 in the library already.',
  )
  expect(collectionText('zen', { collected: ['a', 'b'], known: 0, refused: ['c.json: damaged.'] })).toBe(
    'zen: 2 new runs. c.json: damaged.',
  )
})
