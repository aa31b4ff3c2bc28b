import { expect, test } from 'vitest'
import { disturbancesOf } from './disturbances.ts'

test('what a sample had more of than the others is its cause; what all have explains none', () => {
  expect(
    disturbancesOf([
      { cpuMigrations: 1, involuntarySwitches: 0 },
      { cpuMigrations: 1, involuntarySwitches: 2, stealNs: 30e6 },
      { cpuMigrations: 2, majorFaults: 1 },
      { cpuMigrations: 1 },
    ]),
  ).toEqual([
    null,
    '30 ms taken by the hypervisor, 2 preemptions',
    '1 major fault, 1 move between CPUs',
    null,
  ])
  expect(disturbancesOf([])).toEqual([])
})
