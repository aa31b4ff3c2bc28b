import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addLoads,
  loadCauses,
  loadOf,
  noLoad,
  switchCauses,
  voidReason,
  type Counters,
  type Load,
} from './disturbance.ts'

const quiet = {
  sampleNs: 100e6,
  processorsNs: 200e6,
  countedNs: 5e6,
  otherProgramsNs: 0,
  stolenNs: 0,
  involuntarySwitches: 0,
}

test.each([
  [{}, null],
  [{ otherProgramsNs: 40e6 }, null], // a fifth of a CPU and what ticks may add
  [{ otherProgramsNs: 40.1e6 }, 'other programs used 40 % of a CPU'],
  [{ otherProgramsNs: -9e6 }, null],
  [{ stolenNs: 4e6 }, null],
  [{ stolenNs: 4.1e6 }, 'the hypervisor took 2.1 % of the CPUs'],
  [{ involuntarySwitches: 9, waitedNs: 1e5 }, null],
  [{ involuntarySwitches: 9, waitedNs: 1.05e5 }, 'switched out for 2.1 % of its time'],
  [{ involuntarySwitches: 1 }, 'switched out once'], // a kernel without an account of waiting
  [{ involuntarySwitches: 10, countedNs: 1e9 }, null],
  [{ involuntarySwitches: 11, countedNs: 1e9 }, 'switched out 11 times'],
  [{ involuntarySwitches: 2, stolenNs: 100e6 }, 'switched out 2 times, the hypervisor took 50 % of the CPUs'],
])('a sample with %o is void: %s', (counters, reason) => {
  expect(voidReason({ ...quiet, ...counters }, 1)).toBe(reason)
})

test('threads that share CPUs switch each other out, and a sample without these counters is never void', () => {
  expect(voidReason({ ...quiet, waitedNs: 4e6 }, 3)).toBeNull()
  expect(voidReason({ ...quiet, involuntarySwitches: 9 }, 3)).toBeNull()
  expect(voidReason({ involuntarySwitches: 9, stealNs: 1e9 }, 1)).toBeNull()
})

test('a cell is disturbed above a fifth of a CPU, 2 % stolen or a tenth switched out, as sums of its samples say', () => {
  function ten(counters: Counters): Load {
    return addLoads(Array.from({ length: 10 }, () => loadOf({ ...quiet, ...counters }, 1)))
  }
  expect(loadCauses(ten({ otherProgramsNs: 20e6 }))).toEqual([])
  expect(loadCauses(ten({ otherProgramsNs: 21e6 }))).toEqual(['other programs used 21 % of a CPU'])
  expect(loadCauses(ten({ stolenNs: 5e6 }))).toEqual(['the hypervisor took 2.5 % of the CPUs'])
  expect(loadCauses(noLoad)).toEqual([])
  const one = loadOf({ ...quiet, involuntarySwitches: 1 }, 1)
  expect(switchCauses(addLoads([ten({}), one]))).toEqual([])
  expect(switchCauses(addLoads([ten({}), one, one]))).toEqual(['17 % of the samples were switched out'])
})

const ns = fc.double({ min: 0, max: 1e10, noNaN: true })

test('more of a cause never makes a sample less void, and what was measured is never asked for', () => {
  fc.assert(
    fc.property(ns, ns, ns, ns, (sampleNs, otherProgramsNs, stolenNs, more) => {
      const counters = { ...quiet, sampleNs, processorsNs: 2 * sampleNs, otherProgramsNs, stolenNs }
      if (voidReason(counters, 1) === null) return
      expect(voidReason({ ...counters, otherProgramsNs: otherProgramsNs + more }, 1)).not.toBeNull()
      expect(voidReason({ ...counters, stolenNs: stolenNs + more }, 1)).not.toBeNull()
      expect(voidReason({ ...counters, elapsedNs: more }, 1)).toBe(voidReason(counters, 1))
    }),
  )
})
