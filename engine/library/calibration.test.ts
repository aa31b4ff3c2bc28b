import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Cell } from '../contract/case.ts'
import { Plan } from '../contract/plan.ts'
import { calibrationPlan } from '../plan/presets.ts'
import { reportFormats } from '../contract/report-format.ts'
import type { RunId } from '../contract/run.ts'
import type { SamplePlace } from '../contract/sample.ts'
import { mebibyte } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { createRandom } from '../plan/random.ts'
import { leastTables } from '../statistics/noise-floor.ts'
import { exampleEnvironment, exampleFacts, usualScheduling } from '../../test/fixtures/environment.ts'
import { examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openLibrary, type Library } from './library.ts'

// Thousands of samples are stored, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const host = { target: 'host', label: '6.15.0' } as const
const day = 24 * 3600 * 1000

async function open(now: () => number = () => 1000): Promise<Library> {
  const library = await openLibrary({
    path: path.join(temporaryFolder('calibration'), 'library.sqlite'),
    isOwn: true,
    binding: null,
    now,
  })
  onTestFinished(() => library.close())
  return library
}

/** An A/A plan of one benchmark; few rounds where a test needs no calibrated machine. */
function aaPlan(rounds = 2000, change: Partial<Plan> = {}): Plan {
  return Plan.parse({
    ...calibrationPlan(host, ['munmap'], null),
    label: 'calibration',
    target: 'host',
    seed: 5,
    changeSettings: false,
    cpus: [],
    stopping: { kind: 'rounds', rounds },
    ...change,
  })
}

/** Noise of ±1 % around 1 ms. */
function noisyNs({ scheduleIndex }: SamplePlace): number {
  return 1e6 * (1 + 0.02 * (createRandom(scheduleIndex).fraction() - 0.5))
}

let moment = 1000 // no two runs begin in the same millisecond

/** Stores a run by importing it, which is one transaction. */
async function store(
  library: Library,
  plan: Plan,
  elapsedNs: (place: SamplePlace) => number = noisyNs,
  environment = exampleEnvironment,
): Promise<RunId> {
  const id = newRunId()
  const file = {
    format: 'folio-lab/run/5',
    run: {
      id,
      label: plan.label,
      status: 'complete',
      statusReason: '',
      createdAt: moment++,
      endedAt: 2000,
      note: '',
    },
    plan,
    environment,
    samples: exampleSamples(plan, elapsedNs),
  }
  return library.importRun(() => [JSON.stringify(file)], 'measured').id
}

function munmap(sizeBytes = 32 * mebibyte): Cell {
  return { benchmark: 'munmap', parameters: { sizeBytes, folioBytes: 2 * mebibyte, tasks: 1 } }
}

function comparedPlan(change: Partial<Plan> = {}): Plan {
  return examplePlan({ benchmarks: ['munmap'], stopping: { kind: 'rounds', rounds: 20 }, ...change })
}

async function compare(library: Library, runId: RunId) {
  return library.queries.compare({
    baseline: { runId, variantIndex: 0 },
    variants: [{ runId, variantIndex: 1 }],
    confidence: 0.95,
    thresholdPercent: 0.1,
    insist: false,
  })
}

test('a calibration holds as many rounds as a calibrated machine needs', () => {
  expect(aaPlan().stopping).toEqual({ kind: 'rounds', rounds: 10 * leastTables })
  expect(calibrationPlan(host, ['munmap'], null).stopping).toEqual({
    kind: 'rounds',
    rounds: 10 * leastTables,
  })
})

test('a plan that calibrates with two different variants is refused', () => {
  const plan = examplePlan({ target: 'model', isCalibration: true })
  const variants = ['baseline', 'all'].map(stage => schemeVariant(stage))
  expect(Plan.safeParse({ ...plan, variants }).error?.issues).toMatchObject([
    { path: ['variants'], message: 'a calibration measures one variant under two labels' },
  ])
})

test('the noise floor of a machine comes from its A/A tables, and verdicts rest on it', async () => {
  const library = await open()
  const id = await store(
    library,
    comparedPlan(),
    place => noisyNs(place) * (place.variantIndex === 1 ? 1.05 : 1),
  )
  const before = (await compare(library, id)).rows[0]
  expect(before).toMatchObject({ verdict: 'not-calibrated', noiseFloorPercent: null, regionPercent: null })
  await store(library, aaPlan())
  const [floor] = await library.queries.noiseFloors(exampleFacts)
  expect(floor).toMatchObject({
    target: 'host',
    cell: munmap(),
    tables: 200,
    tablesNeeded: 200,
    exclusionLimit: 16,
    rounds: 10,
    notCalibrated: null,
    calibrations: 1,
    days: 1,
    lastAt: moment - 1,
  })
  // Differences of two values uniform on ±1 % have a median of ten with a deviation of some 0.3 %.
  expect(floor!.floorPercent).toBeGreaterThan(0.4)
  expect(floor!.floorPercent).toBeLessThan(0.8)
  const after = (await compare(library, id)).rows[0]!
  expect(after).toMatchObject({
    verdict: 'regressed',
    verdictText: 'regressed',
    noiseFloorPercent: floor!.floorPercent,
    regionPercent: floor!.floorPercent,
    regionSource: 'noise-floor',
  })
  expect(after.percent).toBe(before!.percent)
})

test('a floor holds for larger regions, not for smaller ones, other folios or other machines', async () => {
  const library = await open()
  await store(library, aaPlan(2000, { sizeBytes: 64 * mebibyte }))
  async function floorOf(change: Partial<Plan>, environment = exampleEnvironment) {
    const id = await store(library, comparedPlan(change), noisyNs, environment)
    return (await compare(library, id)).rows[0]!.noiseFloorPercent
  }
  expect(await floorOf({ sizeBytes: 64 * mebibyte })).toBeGreaterThan(0)
  expect(await floorOf({ sizeBytes: 128 * mebibyte })).toBeGreaterThan(0)
  expect(await floorOf({ sizeBytes: 32 * mebibyte })).toBeNull()
  expect(await floorOf({ sizeBytes: 64 * mebibyte, folioSizes: [mebibyte] })).toBeNull()
  const other = { ...exampleFacts, cpu: { ...exampleFacts.cpu, model: 1 } }
  expect(await floorOf({ sizeBytes: 64 * mebibyte }, { ...exampleEnvironment, facts: other })).toBeNull()
})

test('calibrations add up until there are enough tables; a deleted one does not count', async () => {
  let now = 0
  const library = await open(() => now)
  const plan = aaPlan(1000)
  const first = await store(library, plan)
  expect(await library.queries.noiseFloors(exampleFacts)).toMatchObject([
    { tables: 100, notCalibrated: 'too-few-tables', calibrations: 1 },
  ])
  now = 2 * day
  const id = newRunId()
  await library.recording.beginRun({ id, plan, environment: exampleEnvironment })
  const samples = exampleSamples(plan, place =>
    noisyNs({ ...place, scheduleIndex: place.scheduleIndex + 1e6 }),
  )
  for (const sample of samples.slice(0, 100)) await library.recording.recordSample({ runId: id, sample })
  expect(await library.queries.noiseFloors(exampleFacts)).toMatchObject([{ tables: 100, calibrations: 1 }])
  await library.recording.endRun({ runId: id, status: 'cancelled', reason: '' })
  expect(await library.queries.noiseFloors(exampleFacts)).toMatchObject([
    { tables: 104, calibrations: 2, days: 2, lastAt: 2 * day },
  ])
  await library.recording.reopenRun(id)
  for (const sample of samples.slice(100, 200)) await library.recording.recordSample({ runId: id, sample })
  await library.recording.endRun({ runId: id, status: 'cancelled', reason: '' })
  expect(await library.queries.noiseFloors(exampleFacts)).toMatchObject([{ tables: 109 }])
  await library.queries.deleteRun(first)
  expect(await library.queries.noiseFloors(exampleFacts)).toMatchObject([{ tables: 9, calibrations: 1 }])
})

test('a machine whose A/A intervals exclude 0 too often gets no verdicts', async () => {
  const library = await open()
  // A carry-over that pairing does not cancel: the second label is always 0.5 % slower.
  await store(library, aaPlan(), place => noisyNs(place) * (place.variantIndex === 1 ? 1.005 : 1))
  const [floor] = await library.queries.noiseFloors(exampleFacts)
  expect(floor).toMatchObject({ notCalibrated: 'too-many-exclusions' })
  expect(floor!.excludingZero).toBeGreaterThanOrEqual(16)
  const id = await store(library, comparedPlan())
  expect((await compare(library, id)).rows[0]).toMatchObject({ verdict: 'not-calibrated' })
})

test('what a plan can show is reported before it runs', async () => {
  const library = await open()
  await store(library, aaPlan())
  const few = await library.queries.estimate({
    plan: comparedPlan({ stopping: { kind: 'rounds', rounds: 10 } }),
    facts: exampleFacts,
  })
  const many = await library.queries.estimate({
    plan: comparedPlan({ stopping: { kind: 'rounds', rounds: 40 } }),
    facts: exampleFacts,
  })
  const [fewer, more] = [few.detectable[0]!.percent!, many.detectable[0]!.percent!]
  expect(fewer).toBeGreaterThan(0.5)
  expect(more).toBeGreaterThan(0)
  expect(more).toBeLessThan(fewer)
  expect(few.detectable[0]!.noiseFloorPercent).toBeGreaterThan(0)
  const unknown = await library.queries.estimate({
    plan: examplePlan({ benchmarks: ['fork'] }),
    facts: exampleFacts,
  })
  expect(unknown.detectable).toMatchObject([{ percent: null, noiseFloorPercent: null }])
  // The newest run is of another machine now, which says nothing of this one, nor this one of it.
  const facts = { ...exampleFacts, identity: { ...exampleFacts.identity, machineIdHash: 'another' } }
  await store(library, comparedPlan(), noisyNs, { ...exampleEnvironment, facts })
  const plan = comparedPlan({ stopping: { kind: 'rounds', rounds: 10 } })
  expect(await library.queries.estimate({ plan, facts: exampleFacts })).toEqual(few)
  expect((await library.queries.estimate({ plan, facts })).detectable).toMatchObject([{ percent: null }])
})

test('every table is the same, byte for byte, in a library that has only the exported runs', async () => {
  const library = await open()
  const calibration = await store(library, aaPlan())
  const ids = [await store(library, comparedPlan()), await store(library, comparedPlan({ seed: 8 }))]
  const other = await open()
  for (const id of [...ids, calibration])
    other.importRun(() => library.exportRun(id, false).pieces, 'imported-calibration')
  const [first, second] = ids
  const request = {
    baseline: { runId: first!, variantIndex: 0 },
    variants: [
      { runId: first!, variantIndex: 1 },
      { runId: second!, variantIndex: 0 },
    ],
    confidence: 0.95,
    thresholdPercent: 1,
    insist: false,
  }
  for (const format of reportFormats) {
    const comparison = { request, format }
    expect(await other.queries.renderComparison(comparison)).toBe(
      await library.queries.renderComparison(comparison),
    )
    const report = { ids: [first!], format }
    expect(await other.queries.renderRuns(report)).toBe(await library.queries.renderRuns(report))
    const history = { request: { cell: munmap(), like: request.baseline }, format }
    expect(await other.queries.renderHistory(history)).toBe(await library.queries.renderHistory(history))
  }
})

test('a floor holds for runs on the processors that it was measured on, and is reported with them', async () => {
  const library = await open()
  const facts = { ...exampleFacts, scheduling: { ...usualScheduling, allowedCpus: '1' } }
  await store(library, aaPlan(), noisyNs, { ...exampleEnvironment, facts })
  const elsewhere = await compare(library, await store(library, comparedPlan()))
  expect(elsewhere.rows[0]).toMatchObject({ noiseFloorPercent: null })
  const there = await store(library, comparedPlan(), noisyNs, { ...exampleEnvironment, facts })
  expect((await compare(library, there)).rows[0]!.noiseFloorPercent).toBeGreaterThan(0)
  const [floor] = await library.queries.noiseFloors(facts)
  expect(floor!.what).toBe('the kernel of this machine, on CPU 1 alone')
})

test('a calibration from a file gives no floor to a machine, unless the user says that it is its own', async () => {
  const [library, other] = [await open(), await open()]
  const id = await store(library, aaPlan())
  function pieces(): Iterable<string> {
    return library.exportRun(id, false).pieces
  }
  other.importRun(pieces, 'imported')
  expect(await other.queries.noiseFloors(exampleEnvironment.facts)).toEqual([])
  other.importRun(pieces, 'imported-calibration')
  expect(await other.queries.noiseFloors(exampleEnvironment.facts)).toEqual(
    await library.queries.noiseFloors(exampleEnvironment.facts),
  )
  expect(() => other.importRun(pieces, 'imported-calibration')).toThrow('is already in the library')
})
