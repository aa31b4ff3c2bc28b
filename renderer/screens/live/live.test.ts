import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell } from '../../../engine/contract/case.ts'
import type { Sample } from '../../../engine/contract/sample.ts'
import { mebibyte } from '../../../engine/contract/units.ts'
import { exampleMeasurement, examplePlan, exampleSamples } from '../../../test/fixtures/run.ts'
import { liveGroups } from './live-table.ts'
import { createTally, type Tally } from '../../view-models/tally.ts'

const plan = examplePlan()
const parameters = { sizeBytes: plan.sizeBytes, folioBytes: 2 * mebibyte, tasks: 1 }
const cells: readonly Cell[] = plan.benchmarks.map(benchmark => ({ benchmark, parameters }))
const samples = exampleSamples(plan, place => 1_000_000 + place.scheduleIndex)

function tallyOf(some: readonly Sample[]): Tally {
  const tally = createTally(cells, plan.variants)
  tally.add(some)
  return tally
}

test('warm-up rounds are seen and do not count', () => {
  const warmups = samples.filter(sample => sample.warmup)
  const tally = tallyOf(warmups)
  expect(warmups).toHaveLength(4)
  expect(tally.points()).toHaveLength(4)
  expect(
    tally.cases().map(({ count, median, reference, last }) => [count, median, reference === last]),
  ).toEqual(Array.from({ length: 4 }, () => [0, null, true]))
})

test('counts and medians are those of the valid samples of a case', () => {
  const own = samples.filter(sample => sample.cellIndex === 1 && sample.variantIndex === 0 && !sample.warmup)
  const times = own.map(sample => sample.measurement.elapsedNs).sort((one, other) => one - other)
  const liveCase = tallyOf(samples)
    .cases()
    .find(({ key }) => key === '1/0')
  expect(own).toHaveLength(8)
  expect(liveCase).toMatchObject({
    benchmark: 'fork',
    variantLabel: 'a',
    count: 8,
    invalid: 0,
    median: (times[3]! + times[4]!) / 2,
  })
})

test('disturbed samples are counted apart, and left out of the median as long as enough others are left', () => {
  function caseOf(disturbed: number) {
    const own = samples.filter(({ cellIndex, variantIndex }) => cellIndex === 0 && variantIndex === 0)
    const tally = tallyOf(
      own.map(sample =>
        sample.round > 8 - disturbed ? { ...sample, voidReason: 'switched out once' } : sample,
      ),
    )
    expect(tally.points().filter(({ isDisturbed }) => isDisturbed)).toHaveLength(disturbed)
    return tally.cases()[0]
  }
  expect(caseOf(0)).toMatchObject({ count: 8, disturbed: 0 })
  expect(caseOf(2)).toMatchObject({ count: 6, disturbed: 2 })
  expect(caseOf(3)).toMatchObject({ count: 8, undisturbed: 5, disturbed: 3 })
  expect(caseOf(2)?.median).toBeLessThan(caseOf(3)?.median ?? 0)
})

test('an invalid sample is listed with its reason, drawn without a value, and left out of the median', () => {
  const [first, ...others] = samples.filter(sample => !sample.warmup)
  const broken = {
    ...first!,
    measurement: exampleMeasurement(5, { valid: false, reason: 'The child lived.' }),
  }
  const tally = tallyOf([broken, ...others])
  const liveCase = tally
    .cases()
    .find(
      ({ cellIndex, variantIndex }) => cellIndex === first!.cellIndex && variantIndex === first!.variantIndex,
    )
  expect(tally.invalid()).toEqual([
    expect.objectContaining({ scheduleIndex: first!.scheduleIndex, reason: 'The child lived.' }),
  ])
  expect(liveCase).toMatchObject({ count: 7, invalid: 1 })
  expect(tally.points().find(point => point.scheduleIndex === first!.scheduleIndex)?.value).toBeNull()
})

test('samples told twice, out of order and in batches of any size give the same tally', () => {
  const whole = tallyOf(samples)
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...samples, ...samples.slice(3, 9)], { minLength: samples.length + 6 }),
      fc.integer({ min: 1, max: 9 }),
      (shuffled, batch) => {
        const tally = createTally(cells, plan.variants)
        for (let start = 0; start < shuffled.length; start += batch)
          tally.add(shuffled.slice(start, start + batch))
        expect(tally.points()).toEqual(whole.points())
        expect(tally.cases().map(({ count, median }) => [count, median])).toEqual(
          whole.cases().map(({ count, median }) => [count, median]),
        )
      },
    ),
  )
})

test('a sample of a case that the run does not have is ignored', () => {
  expect(tallyOf([{ ...samples[0]!, cellIndex: 9 }]).points()).toEqual([])
})

test('a table has one unit for the variants of a case, and none before there is a value', () => {
  const [cow, fork] = liveGroups(tallyOf(samples.filter(sample => sample.cellIndex === 0)).cases())
  expect([cow?.title, cow?.unit, cow?.rows.map(row => row.count)]).toEqual(['cow', 'ms', ['8', '8']])
  expect([fork?.title, fork?.unit, fork?.rows.map(row => row.median)]).toEqual(['fork', '', ['–', '–']])
})

test('task counts are named where a benchmark runs with several', () => {
  const scaled = [1, 4].map(tasks => ({
    benchmark: 'anon-cow-seq' as const,
    parameters: { ...parameters, tasks },
  }))
  const groups = liveGroups(createTally([...cells, ...scaled], plan.variants).cases())
  expect(groups.map(group => group.title)).toEqual([
    'cow',
    'fork',
    'anon-cow-seq, 1 task',
    'anon-cow-seq, 4 tasks',
  ])
})
