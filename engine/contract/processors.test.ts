import { expect, test } from 'vitest'
import { allowedCpus, parseCpuList, usableProcessors } from './processors.ts'

test.each([
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['5', [5]],
  ['', []],
] as const)('CPUs of “%s”', (text, cpus) => {
  expect(parseCpuList(text)).toEqual(cpus)
})

const cpu = { online: '0-7' }
const scheduling = { allowedCpus: '2-5', cpuQuota: null, policy: 'other', priority: 0, nice: 0 }

test('what may be used is not what the machine has; an older agent tells only that', () => {
  expect(allowedCpus({ cpu, scheduling })).toEqual([2, 3, 4, 5])
  expect(allowedCpus({ cpu })).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

test.each([
  [null, 4],
  [2.5, 2],
  [0.5, 1],
  [16, 4],
])('with a quota of %s CPUs, so many tasks run at a time: %i', (cpuQuota, tasks) => {
  expect(usableProcessors({ cpu, scheduling: { ...scheduling, cpuQuota } })).toBe(tasks)
})
