import { expect, test } from 'vitest'
import type { Run } from '../../../engine/contract/run.ts'
import { examplePlan, exampleSamples, runOf } from '../../../test/fixtures/run.ts'
import { runDetails } from './run-details.ts'

function exampleRun(plan = examplePlan()): Run {
  return runOf(
    plan,
    exampleSamples(plan, ({ variantIndex }) => (variantIndex === 0 ? 900_000 : 1_500_000)),
  )
}

test('the variants of a benchmark are shown in one unit', () => {
  const { cases } = runDetails(exampleRun())
  expect(cases.slice(0, 2).map(({ median, unit, count }) => [median, unit, count])).toEqual([
    ['900.0', 'µs', 8],
    ['1500.0', 'µs', 8],
  ])
})

test('a case without samples has no median and no unit', () => {
  const { cases } = runDetails({ ...exampleRun(), samples: [] })
  expect(cases.map(({ median, unit }) => [median, unit])).toEqual(Array.from({ length: 4 }, () => ['–', '']))
})

test('the plan is reported in words', () => {
  const plan = examplePlan({
    stopping: {
      kind: 'resolution',
      resolutionPercent: 1,
      minimumRounds: 10,
      maximumRounds: 60,
      budgetSeconds: 900,
    },
  })
  expect(runDetails(exampleRun(plan)).settings).toContainEqual({
    name: 'Stops',
    value: 'at ±1 %, 10 to 60 rounds, at most 15 min 00 s',
  })
  expect(runDetails(exampleRun()).settings).toContainEqual({ name: 'Stops', value: 'after 8 rounds' })
})

test('a run in virtual machines says what booting cost', () => {
  const run = exampleRun()
  const guest = {
    variantIndex: 1,
    emulator: '7.2.0',
    accelerator: 'tcg',
    note: '',
    bootSeconds: 7.4,
  } as const
  const environment = { ...run.environment, guests: [{ ...guest, facts: run.environment.facts }] }
  const settings = runDetails({ ...run, environment }).settings
  expect(settings).toContainEqual({
    name: `Boot of ${run.plan.variants[1]?.label ?? ''}`,
    value: expect.stringMatching(/^7 s, Linux .*, emulated$/) as string,
  })
})
