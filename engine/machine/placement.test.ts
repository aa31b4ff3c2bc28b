import { expect, test } from 'vitest'
import { usualScheduling } from '../../test/fixtures/environment.ts'
import { placementOf, placementWords } from './placement.ts'

const cpu = { threads: 20 }

test('the usual placement on the whole machine needs no words', () => {
  expect(placementOf([], { cpu, scheduling: usualScheduling })).toBe('')
  expect(placementOf([], { cpu })).toBe('') // an older agent
  expect(placementWords('')).toBe('on all CPUs')
})

test.each([
  [[], { allowedCpus: '1' }, 'on CPU 1 alone'],
  [[], { allowedCpus: '0-3,8' }, 'on CPUs 0-3,8 alone'],
  [[1], {}, 'pinned to CPU 1'],
  [[0, 2], { allowedCpus: '0-3' }, 'pinned to CPUs 0,2'],
  [[], { cpuQuota: 0.5 }, 'under a quota of 0.5 CPUs'],
  [[], { policy: 'fifo', priority: 50 }, 'in the scheduling class fifo 50'],
  [[3], { nice: 10, cpuQuota: 2 }, 'pinned to CPU 3, under a quota of 2 CPUs, at nice 10'],
] as const)('pinned to %j with %j: %s', (pinned, change, words) => {
  expect(placementOf(pinned, { cpu, scheduling: { ...usualScheduling, ...change } })).toBe(words)
  expect(placementWords(words)).toBe(words)
})
