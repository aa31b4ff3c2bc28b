import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Cell } from '../contract/case.ts'
import type { Plan } from '../contract/plan.ts'
import type { RunId } from '../contract/run.ts'
import type { Sample } from '../contract/sample.ts'
import { mebibyte } from '../contract/units.ts'
import { exampleEnvironment } from '../../test/fixtures/environment.ts'
import { exampleMeasurement, examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { median } from '../statistics/quantile.ts'
import { openLibrary, type Library } from './library.ts'

vi.setConfig({ testTimeout: 60_000 }) // on a machine that may be busy

async function open(now: () => number = () => 1000): Promise<Library> {
  const library = await openLibrary({
    path: path.join(temporaryFolder('details'), 'library.sqlite'),
    isOwn: true,
    binding: null,
    now,
  })
  onTestFinished(() => library.close())
  return library
}

async function store(library: Library, plan: Plan, samples: readonly Sample[]): Promise<RunId> {
  const id = newRunId()
  await library.recording.beginRun({ id, plan, environment: exampleEnvironment })
  for (const sample of samples) await library.recording.recordSample({ runId: id, sample })
  await library.recording.endRun({ runId: id, status: 'complete', reason: '' })
  return id
}

const plan = examplePlan({ benchmarks: ['fork', 'cow'], stopping: { kind: 'rounds', rounds: 12 } })
const cow: Cell = {
  benchmark: 'cow',
  parameters: { sizeBytes: 32 * mebibyte, folioBytes: 2 * mebibyte, tasks: 1 },
}

/** Variant 1 takes 10 % longer; round 4 of it was preempted, round 6 of the baseline is invalid. */
const samples = exampleSamples(plan, ({ round, variantIndex }) => {
  const noise = 1 + 0.001 * ((round * (variantIndex + 2)) % 5)
  const slower = variantIndex === 1 ? (round === 4 ? 3.3 : 1.1) : 1
  return 1_000_000 * noise * slower
}).map(sample => {
  const { round, variantIndex, measurement } = sample
  if (round === 6 && variantIndex === 0)
    return { ...sample, measurement: exampleMeasurement(1, { valid: false, reason: 'swapped' }) }
  const involuntarySwitches = round === 4 && variantIndex === 1 ? 3 : 1
  // As of samples from before it was reported, the first round has no such field.
  const figures = round === 0 ? {} : { pageFaults: 512 }
  return { ...sample, measurement: { ...measurement, ...figures, counters: { involuntarySwitches } } }
})

test('one cell is reported sample by sample, with what disturbed the outliers and the rounds that pair', async () => {
  const library = await open()
  const runId = await store(library, plan, samples)
  const details = await library.queries.caseDetails({
    cell: cow,
    baseline: { runId, variantIndex: 0 },
    variant: { runId, variantIndex: 1 },
  })
  const own = samples.filter(({ cellIndex }) => cellIndex === 1)
  for (const [side, variantIndex] of [
    [details.baseline, 0],
    [details.variant!, 1],
  ] as const) {
    const expected = own.filter(sample => sample.variantIndex === variantIndex)
    expect(side.quantity).toBe('time')
    expect(side.samples.map(({ outlier: _, ...sample }) => sample)).toEqual(
      expected.map(({ scheduleIndex, round, block, session, startedAt, warmup, measurement }) => ({
        scheduleIndex,
        round,
        block,
        session,
        startedAt,
        warmup,
        valid: measurement.valid,
        reason: measurement.reason,
        voidReason: null,
        value: measurement.valid ? measurement.elapsedNs : null,
        figures: measurement.pageFaults === undefined ? {} : { pageFaults: 512 },
      })),
    )
  }
  const flagged = details.variant!.samples.filter(({ outlier }) => outlier !== null)
  expect(flagged).toMatchObject([
    { round: 4, outlier: { isExtreme: true, isBeyondFences: true, cause: '2 preemptions' } },
  ])
  expect(details.baseline.summary).toMatchObject({ n: 11 })
  expect(details.variant!.summary).toMatchObject({ n: 12, max: expect.closeTo(1_002_000 * 3.3, 3) })
  expect(details.pairs).toHaveLength(11)
  expect(details.pairs.find(({ round }) => round === 6)).toBeUndefined()
  const odd = details.pairs.filter(({ isOutlier }) => isOutlier)
  expect(odd).toMatchObject([{ round: 4, percent: expect.closeTo(230, -1) }])
  for (const { round, logRatio } of details.pairs)
    if (round !== 4) expect(logRatio).toBeCloseTo(Math.log(1.1), 2)
})

test('the medians of a cell are those of the comparison', async () => {
  const library = await open()
  const runId = await store(library, plan, samples)
  const [baseline, variant] = [0, 1].map(variantIndex => ({ runId, variantIndex }))
  const comparison = await library.queries.compare({
    baseline: baseline!,
    variants: [variant!],
    confidence: 0.95,
    thresholdPercent: 1,
    insist: false,
  })
  const row = comparison.rows.find(({ cell }) => cell.benchmark === 'cow')!
  const details = await library.queries.caseDetails({ cell: cow, baseline: baseline!, variant: variant! })
  const paired = new Set(details.pairs.map(({ round }) => round))
  const sides = [details.baseline, details.variant!]
  expect(
    sides.map(side =>
      median(side.samples.flatMap(({ round, value }) => (paired.has(round) ? [value!] : []))),
    ),
  ).toEqual([row.baselineMedian, row.variantMedian])
  expect(details.pairs).toHaveLength(row.n)
})

test('a case can be looked at by itself; other runs are not paired; a missing cell is named', async () => {
  const library = await open()
  const [one, other] = [await store(library, plan, samples), await store(library, plan, samples)]
  const baseline = { runId: one, variantIndex: 0 }
  const alone = await library.queries.caseDetails({ cell: cow, baseline, variant: null })
  expect(alone).toMatchObject({ variant: null, pairs: [] })
  const apart = await library.queries.caseDetails({
    cell: cow,
    baseline,
    variant: { runId: other, variantIndex: 1 },
  })
  expect(apart.variant!.samples).toHaveLength(13)
  expect(apart.pairs).toEqual([])
  expect(() =>
    library.queries.caseDetails({ cell: { ...cow, benchmark: 'remap' }, baseline, variant: null }),
  ).toThrow(`The run ${one} has not measured this benchmark.`)
  expect(() =>
    library.queries.caseDetails({ cell: cow, baseline: { ...baseline, variantIndex: 9 }, variant: null }),
  ).toThrow('has no variant 9')
})

test('a disturbed run keeps its place and its numbers in the history, and is no new level', async () => {
  let now = 0
  const library = await open(() => (now += 1000))
  const single = examplePlan({
    benchmarks: ['cow'],
    variants: [{ target: 'host', label: 'kernel' }],
    stopping: { kind: 'rounds', rounds: 6 },
  })
  const counters = { sampleNs: 1e8, processorsNs: 2e8, otherProgramsNs: 9e7, stolenNs: 0 }
  const ids: RunId[] = []
  for (let run = 0; run < 10; run++) {
    const isDisturbed = run >= 3 && run < 7
    const taken = exampleSamples(single, ({ round }) => (isDisturbed ? 3e6 : 1e6) * (1 + 0.001 * round))
    const busy = taken.map(sample => ({
      ...sample,
      measurement: { ...sample.measurement, counters },
      voidReason: 'other programs used 90 % of a CPU',
    }))
    ids.push(await store(library, single, isDisturbed ? busy : taken))
  }
  const request = { cell: cow, like: { runId: ids[0]!, variantIndex: 0 } }
  const { points, changes } = await library.queries.history(request)
  expect(points.map(({ n, disturbance }) => [n, disturbance])).toEqual(
    ids.map((_, run) => [6, run >= 3 && run < 7 ? '6 of 6 samples were disturbed' : null]),
  )
  expect(points[4]!.median).toBeGreaterThan(3e6)
  expect(changes).toEqual([])
})

test('where too few samples are undisturbed, those of a case are described all together', async () => {
  const library = await open()
  const disturbed = samples.map(sample =>
    sample.round > 2 ? { ...sample, voidReason: 'switched out once' } : sample,
  )
  const runId = await store(library, plan, disturbed)
  const baseline = { runId, variantIndex: 0 }
  const { baseline: side } = await library.queries.caseDetails({ cell: cow, baseline, variant: null })
  expect(side.summary!.n).toBe(11) // one of twelve is invalid
})

test('the history of a case has a point for each run of the machine, and where its level changed', async () => {
  let now = 0
  const library = await open(() => (now += 1000))
  const single = examplePlan({
    benchmarks: ['cow'],
    variants: [{ target: 'host', label: 'kernel' }],
    stopping: { kind: 'rounds', rounds: 6 },
  })
  const ids: RunId[] = []
  for (let run = 0; run < 12; run++) {
    const level = run < 7 ? 1_000_000 : 1_100_000
    ids.push(
      await store(
        library,
        single,
        exampleSamples(single, ({ round }) => level * (1 + 0.001 * ((round + run) % 5))),
      ),
    )
  }
  const like = { runId: ids[3]!, variantIndex: 0 }
  const history = await library.queries.history({ cell: cow, like })
  expect(history.points.map(({ reference }) => reference.runId)).toEqual(ids)
  expect(history.points[0]).toMatchObject({ variantLabel: 'kernel', kernelRelease: '6.15.0', n: 6 })
  expect(history.points[0]!.interval!.coverage).toBeCloseTo(1 - 2 / 64, 9)
  expect(history.changes).toMatchObject([{ index: 7, runId: ids[7], percent: expect.closeTo(10, 0) }])
  const text = await library.queries.renderHistory({ request: { cell: cow, like }, format: 'text' })
  expect(text).toContain(`The level changed by +10.0`)
  expect(text).toContain(`with run ${ids[7]!.slice(0, 8)}`)
  await library.queries.deleteRun(ids[0]!)
  expect((await library.queries.history({ cell: cow, like })).points).toHaveLength(11)
  const onOneCpu = { ...single, cpus: [1] }
  const pinned = await store(
    library,
    onOneCpu,
    exampleSamples(onOneCpu, () => 2_000_000),
  )
  expect((await library.queries.history({ cell: cow, like })).points).toHaveLength(11)
  const ofPinned = await library.queries.history({ cell: cow, like: { runId: pinned, variantIndex: 0 } })
  expect(ofPinned.points.map(({ reference }) => reference.runId)).toEqual([pinned])
  const smaller = { ...cow, parameters: { ...cow.parameters, sizeBytes: 2 * mebibyte } }
  expect(await library.queries.history({ cell: smaller, like })).toMatchObject({ points: [], changes: [] })
})
