import { expect, test } from 'vitest'
import type { Sample } from '../contract/sample.ts'
import { exampleMeasurement, examplePlan, exampleSamples } from '../../test/fixtures/run.ts'
import { replacements, replaceableRounds, schedule } from '../plan/schedule.ts'
import { wholeRounds } from '../plan/whole-rounds.ts'
import { mebibyte } from '../contract/units.ts'
import type { KernelVariant } from '../contract/variant.ts'
import { lostRounds, storedMeasurement, voidReasonOf } from './lost-rounds.ts'

const plan = examplePlan()
const samples = exampleSamples(plan, () => 1)
const planned = samples.filter(
  ({ warmup, cellIndex, variantIndex }) => !warmup && cellIndex + variantIndex === 0,
)
const last = planned.at(-1)!.round

function voided(isVoid: (sample: Sample) => boolean): Sample[] {
  return samples.map(sample => (isVoid(sample) ? { ...sample, voidReason: 'switched out once' } : sample))
}

test('a round is whole when all its variants were measured in one session, valid and not void', () => {
  expect(wholeRounds(plan, 2, samples)).toEqual([planned.length, planned.length])
  function isLast({ round, cellIndex, variantIndex }: Sample): boolean {
    return round === last && cellIndex === 1 && variantIndex === 0
  }
  const without = [planned.length, planned.length - 1]
  expect(wholeRounds(plan, 2, voided(isLast))).toEqual(without)
  expect(
    wholeRounds(
      plan,
      2,
      samples.map(sample => (isLast(sample) ? { ...sample, session: 1 } : sample)),
    ),
  ).toEqual(without)
})

test('without a lost round nothing is replaced and nothing is said', () => {
  const lost = lostRounds(plan, 2, samples)
  expect([...replacements(plan, lost.isLacking)]).toEqual([])
  expect(lost.words()).toBe('')
})

test('lost rounds are replaced after the last, of the cell alone that lost them, until it has all', () => {
  const taken = voided(({ round, cellIndex }) => round === last && cellIndex === 1)
  const lost = lostRounds(plan, 2, taken)
  const seen = new Set([...schedule(plan)].flat().map(({ scheduleIndex }) => scheduleIndex))
  const rounds: number[] = []
  for (const places of replacements(plan, lost.isLacking)) {
    expect(places.map(({ cellIndex }) => cellIndex)).toEqual(plan.variants.map(() => 1))
    expect(places.filter(({ scheduleIndex }) => seen.has(scheduleIndex))).toEqual([])
    rounds.push(places[0]!.round)
    for (const place of places) taken.push({ ...taken[0]!, ...place, measurement: exampleMeasurement(1) })
  }
  expect(rounds).toEqual([last + 1])
  expect(lost.words()).toBe(' Lost rounds were repeated at the end (up to 1 round of a benchmark).')
})

test('at most half as many as planned are replaced, and then it is said how many are missing', () => {
  const taken = voided(({ round }) => round > planned[0]!.round)
  const lost = lostRounds(plan, 2, taken)
  expect([...replacements(plan, lost.isLacking)]).toHaveLength(replaceableRounds(plan))
  expect(lost.words()).toContain(`; ${planned.length - 1} are missing.`)
})

test('a benchmark without any whole round is not tried again', () => {
  expect([
    ...replacements(
      plan,
      lostRounds(
        plan,
        2,
        voided(() => true),
      ).isLacking,
    ),
  ]).toEqual([])
})

test('what disturbed a valid sample voids it; an invalid one needs no second reason', () => {
  const counters = { sampleNs: 1e8, processorsNs: 2e8, otherProgramsNs: 1e8, stolenNs: 0, countedNs: 1e6 }
  const measurement = { ...exampleMeasurement(1000), counters }
  expect(voidReasonOf(plan, samples[0]!, measurement)).toBe('other programs used 100 % of a CPU')
  expect(voidReasonOf(plan, samples[0]!, { ...measurement, valid: false })).toBeNull()
})

test('of a guest whose instructions are counted nothing is stored of how busy it was', () => {
  const counters = { minorFaults: 3, sampleNs: 1e8, processorsNs: 2e8, otherProgramsNs: 1e8 }
  const measurement = { ...exampleMeasurement(1000), counters }
  expect(storedMeasurement(plan, samples[0]!, measurement)).toBe(measurement)
  const kernel: KernelVariant = {
    target: 'vm',
    label: 'older',
    kernel: '/boot/older',
    bootParameters: '',
    memoryBytes: 512 * mebibyte,
    cpus: 1,
    clock: 'instructions',
  }
  const place = { ...samples[0]!, variantIndex: 0 }
  const stored = storedMeasurement({ ...plan, variants: [kernel] }, place, measurement)
  expect(stored).toEqual({ ...measurement, counters: { minorFaults: 3 } })
})
