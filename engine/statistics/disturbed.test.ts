import { expect, test } from 'vitest'
import { leastUndisturbed, undisturbedOrAll } from '../contract/undisturbed.ts'
import { exampleMeasurement, examplePlan, exampleSamples } from '../../test/fixtures/run.ts'
import { defaultConfidence } from './confidence.ts'
import type { Counters } from './disturbance.ts'
import { caseCauses, cellCauses, disturbanceSentences, loadPart, loadsOf, runCauses } from './disturbed.ts'
import { leastRounds } from './median-interval.ts'

const quiet = { sampleNs: 1e8, processorsNs: 2e8, countedNs: 1e6, otherProgramsNs: 0, stolenNs: 0 }

/** Loads of an example run of two cells, whose samples have these counters. */
function loadsWith(countersOf: (cellIndex: number) => Counters, isVoid = false) {
  const samples = exampleSamples(examplePlan(), () => 1e6).map(sample => ({
    ...sample,
    measurement: exampleMeasurement(1e6, { counters: { ...quiet, ...countersOf(sample.cellIndex) } }),
    ...(isVoid ? { voidReason: 'switched out once' } : {}),
  }))
  return loadsOf(samples.flatMap(loadPart))
}

test('a run is disturbed by what its samples say together, else by its busiest benchmark', () => {
  expect(runCauses(loadsWith(() => ({})))).toEqual([])
  expect(runCauses(loadsWith(() => ({ otherProgramsNs: 5e7 })))).toEqual([
    'other programs used 50 % of a CPU',
  ])
  expect(runCauses(loadsWith(cell => ({ otherProgramsNs: cell === 1 ? 3e7 : 0 })))).toEqual([
    'during one benchmark other programs used 30 % of a CPU',
  ])
  expect(runCauses(loadsWith(cell => ({ involuntarySwitches: cell })))).toEqual([
    '100 % of the samples of one benchmark were switched out',
  ])
})

test('warm-up rounds disturb nothing', () => {
  const [sample] = exampleSamples(examplePlan(), () => 1e6)
  expect(sample?.warmup).toBe(true)
  expect(sample && loadPart(sample)).toEqual([])
})

test('the sentence names the run and has the figure', () => {
  const runs = [
    { label: 'busy', loads: loadsWith(() => ({ stolenNs: 1e7 })) },
    { label: 'quiet', loads: loadsWith(() => ({})) },
  ]
  expect(disturbanceSentences(runs)).toEqual([
    'While “busy” was measured, the hypervisor took 5.0 % of the CPUs.',
  ])
})

test('a cell is judged by what of it counts, and by all of its samples where these were switched out', () => {
  const busy = { otherProgramsNs: 5e7 }
  expect(
    cellCauses(
      loadsWith(() => busy),
      0,
    ),
  ).toEqual(['other programs used 50 % of a CPU'])
  expect(
    cellCauses(
      loadsWith(() => busy, true),
      0,
    ),
  ).toEqual([])
  const switched = loadsWith(() => ({ involuntarySwitches: 1 }), true)
  expect(cellCauses(switched, 1)).toEqual(['100 % of the samples were switched out'])
  expect(cellCauses(switched, 7)).toEqual([])
})

test('a case without enough undisturbed samples says how many were disturbed', () => {
  const loads = loadsWith(() => ({}))
  expect(caseCauses(loads, 0, { undisturbed: 6, all: 8 })).toEqual([])
  expect(caseCauses(loads, 0, { undisturbed: 5, all: 8 })).toEqual(['3 of 8 samples were disturbed'])
  expect(caseCauses(loads, 0, { undisturbed: 5, all: 5 })).toEqual([])
})

test('numbers are of undisturbed samples as long as these have an interval, else of all', () => {
  const all = [1, 2, 3, 4, 5, 6, 7]
  expect(undisturbedOrAll(all.slice(1), all)).toEqual([2, 3, 4, 5, 6, 7])
  expect(undisturbedOrAll(all.slice(2), all)).toEqual(all)
  expect(leastUndisturbed).toBe(leastRounds(defaultConfidence))
})
