import { expect, test } from 'vitest'
import { expandCells } from '../plan/expand-cells.ts'
import { examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { ProgressMeter } from './progress-meter.ts'

const runId = newRunId()

function meterOf(plan = examplePlan()): ProgressMeter {
  return new ProgressMeter(runId, plan, expandCells(plan))
}

test('before the first sample nothing is known of the time', () => {
  expect(meterOf().progress('conditioning', 0, null, null)).toEqual({
    runId,
    phase: 'conditioning',
    done: 0,
    total: 36,
    elapsedSeconds: 0,
    remainingSeconds: null,
    current: '',
    next: '',
    disturbances: [],
  })
})

test('what is left is reckoned from the pace of each cell, not of the samples that happened to come first', () => {
  const plan = examplePlan({ tasks: [4], benchmarks: ['cow', 'anon-cow-seq'] })
  const meter = meterOf(plan)
  const [slow, quick] = [4e9, 1e9]
  const samples = exampleSamples(plan, () => 1).slice(0, 6)
  for (const sample of samples) meter.count({ ...sample, roundTripNs: sample.cellIndex === 0 ? slow : quick })
  const { remainingSeconds, current, next } = meter.progress('sampling', 3, samples[4]!, samples[5]!)
  expect(remainingSeconds).toBeCloseTo((30 / 4) * 10, 9)
  for (const words of [current, next]) expect(words).toMatch(/^(cow|anon-cow-seq), [ab], round 1$/)
  expect(next).not.toBe(current)
})

test('what else runs is reported with its figure while the run lasts', () => {
  const plan = examplePlan()
  const meter = meterOf(plan)
  const counters = { sampleNs: 1e8, processorsNs: 2e8, otherProgramsNs: 4.5e7, stolenNs: 0 }
  for (const sample of exampleSamples(plan, () => 1))
    meter.count({ ...sample, measurement: { ...sample.measurement, counters } })
  expect(meter.progress('sampling', 3, null, null).disturbances).toEqual([
    'While “example” was measured, other programs used 45 % of a CPU.',
  ])
})

test('a budget bounds the samples to take: those it asks for at least, then those its pace affords', () => {
  const stopping = {
    kind: 'resolution',
    resolutionPercent: 1,
    minimumRounds: 10,
    maximumRounds: 100_000,
    budgetSeconds: 60,
  } as const
  const plan = examplePlan({ stopping })
  const meter = meterOf(plan)
  expect(meter.progress('sampling', 0, null, null).total).toBe((1 + 10) * 4)
  meter.count({
    ...exampleSamples({ ...plan, stopping: { kind: 'rounds', rounds: 1 } }, () => 1)[0]!,
    roundTripNs: 1e9,
  })
  expect(meter.progress('sampling', 1, null, null).total).toBe(15 * 4) // of 4 seconds each
})
