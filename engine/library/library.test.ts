import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../contract/failure.ts'
import { reportFormats } from '../contract/report-format.ts'
import type { RunId } from '../contract/run.ts'
import { mebibyte } from '../contract/units.ts'
import type { Sample } from '../contract/sample.ts'
import { withoutCommandLine } from '../exchange/without-command-line.ts'
import { acquireRunLock } from '../process/run-lock.ts'
import { testLockPlaces } from '../../test/fixtures/lock-places.ts'
import { exampleAdvice } from '../../test/fixtures/advice.ts'
import { exampleEnvironment, exampleFacts } from '../../test/fixtures/environment.ts'
import { exampleMeasurement, examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openLibrary, type Library } from './library.ts'

const day = 24 * 3600 * 1000

type Opening = Readonly<{ path?: string; now?: () => number }>

async function open(opening: Opening = {}): Promise<Library> {
  const library = await openLibrary({
    path: opening.path ?? freshPath(),
    isOwn: true,
    binding: null,
    now: opening.now ?? (() => 1000),
  })
  onTestFinished(() => library.close())
  return library
}

function freshPath(): string {
  return path.join(temporaryFolder('library'), 'sub', 'library.sqlite')
}

const plan = examplePlan()
const samples = exampleSamples(plan, place => 1_000_000.25 + 10_000 * place.variantIndex + place.round)

async function store(library: Library, some: readonly Sample[] = samples): Promise<RunId> {
  const id = newRunId()
  await library.recording.beginRun({ id, plan, environment: exampleEnvironment })
  for (const sample of some) await library.recording.recordSample({ runId: id, sample })
  return id
}

async function storeComplete(library: Library): Promise<RunId> {
  const runId = await store(library)
  await library.recording.endRun({ runId, status: 'complete', reason: 'All rounds were run.' })
  return runId
}

test('what is recorded is found again, exactly', async () => {
  const library = await open()
  const id = await storeComplete(library)
  expect(await library.queries.getRun(id)).toEqual({
    summary: {
      id,
      label: 'example',
      status: 'complete',
      statusReason: 'All rounds were run.',
      createdAt: 1000,
      endedAt: 1000,
      target: 'host',
      benchmarks: ['cow', 'fork'],
      variantLabels: ['a', 'b'],
      kernelRelease: '6.15.0',
      machineName: 'Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz, Example Server',
      sampleCount: 36,
      invalidCount: 0,
      note: '',
      disturbances: [],
    },
    plan,
    cells: ['cow', 'fork'].map(benchmark => ({
      benchmark,
      parameters: { sizeBytes: plan.sizeBytes, folioBytes: 2 * mebibyte, tasks: 1 },
    })),
    environment: exampleEnvironment,
    samples,
  })
})

test('an invalid sample is stored with its reason and counted', async () => {
  const library = await open()
  const invalid = exampleMeasurement(5, { valid: false, reason: 'no folio', warnings: ['odd'] })
  const sample: Sample = { ...samples[0]!, measurement: invalid }
  const id = await store(library, [sample])
  const run = await library.queries.getRun(id)
  expect(run.summary).toMatchObject({ sampleCount: 1, invalidCount: 1 })
  expect(run.samples).toEqual([sample])
})

test('two samples for one place are refused', async () => {
  const library = await open()
  const id = await store(library, samples.slice(0, 1))
  expect(() => library.recording.recordSample({ runId: id, sample: samples[0]! })).toThrow(/UNIQUE/)
  const run = await library.queries.getRun(id)
  expect(run.samples).toHaveLength(1)
})

test('a sample of a run that does not exist is not acknowledged', async () => {
  const library = await open()
  const runId = newRunId()
  expect(() => library.recording.recordSample({ runId, sample: samples[0]! })).toThrow(
    `There is no run ${runId} under way with cell ${samples[0]!.cellIndex}`,
  )
})

test('runs are listed newest first, labelled, noted, hidden and brought back', async () => {
  let now = 1
  const library = await open({ now: () => now })
  const first = await storeComplete(library)
  now = 2
  const second = await storeComplete(library)
  await library.queries.labelRun({ id: first, label: 'renamed' })
  await library.queries.noteRun({ id: first, text: 'quiet machine' })
  await library.queries.deleteRun(second)
  expect(await library.queries.listRuns({ includeDeleted: false })).toMatchObject([
    { id: first, label: 'renamed', note: 'quiet machine' },
  ])
  expect(await library.queries.listRuns({ includeDeleted: true })).toMatchObject([
    { id: second },
    { id: first },
  ])
  await library.queries.restoreRun(second)
  await library.queries.noteRun({ id: first, text: '' })
  expect(await library.queries.listRuns({ includeDeleted: false })).toMatchObject([
    { id: second },
    { id: first, note: '' },
  ])
})

test('a deleted run says when it was deleted, the others do not', async () => {
  let now = 7
  const library = await open({ now: () => now })
  const id = await storeComplete(library)
  await storeComplete(library)
  now = 9
  await library.queries.deleteRun(id)
  const runs = await library.queries.listRuns({ includeDeleted: true })
  expect(runs.map(run => run.deletedAt)).toEqual([undefined, 9])
  expect((await library.queries.getRun(id)).summary.deletedAt).toBe(9)
  await library.queries.restoreRun(id)
  expect((await library.queries.getRun(id)).summary).not.toHaveProperty('deletedAt')
})

test('a run in virtual machines is listed with the kernels that they booted', async () => {
  const library = await open()
  const kernel = { memoryBytes: 512 * mebibyte, cpus: 1, clock: 'wall', bootParameters: '' } as const
  const vmPlan = examplePlan({
    target: 'vm',
    variants: ['old', 'new'].map(label => ({ ...kernel, target: 'vm', label, kernel: `/${label}` })),
  })
  const id = newRunId()
  await library.recording.beginRun({ id, plan: vmPlan, environment: exampleEnvironment })
  async function listed(): Promise<string | undefined> {
    return (await library.queries.listRuns({ includeDeleted: false }))[0]?.kernelRelease
  }
  expect(await listed()).toBe('none booted')
  for (const [variantIndex, release] of ['6.1.0', '6.12.9'].entries()) {
    const facts = { ...exampleFacts, kernel: { ...exampleFacts.kernel, release } }
    const guest = {
      variantIndex,
      emulator: '7.2',
      accelerator: 'kvm',
      note: '',
      bootSeconds: 1,
      facts,
    } as const
    await library.recording.recordGuest({ runId: id, guest })
  }
  expect(await listed()).toBe('6.1.0, 6.12.9')
})

test('asking for a run that does not exist says how to find those there are', async () => {
  const library = await open()
  const id = newRunId()
  const expected = new Failure(
    'not-found',
    `There is no run ${id}.`,
    'Runs, or “folio-lab runs list”, shows those there are.',
  )
  expect(() => library.queries.getRun(id)).toThrow(expected)
  expect(() => library.queries.labelRun({ id, label: 'x' })).toThrow(expected)
  expect(() => library.queries.noteRun({ id, text: 'x' })).toThrow(expected)
  expect(() => library.queries.deleteRun(id)).toThrow(expected)
})

test('a deleted run can be brought back for a day, also after opening again, and is then let go', async () => {
  const file = freshPath()
  const library = await open({ path: file, now: () => 0 })
  const id = await storeComplete(library)
  const kept = await storeComplete(library)
  await library.queries.deleteRun(id)
  library.close()
  const within = await open({ path: file, now: () => day - 1 })
  expect(await within.queries.listRuns({ includeDeleted: true })).toHaveLength(2)
  within.close()
  const after = await open({ path: file, now: () => day + 1 })
  expect(await after.queries.listRuns({ includeDeleted: true })).toMatchObject([
    { id: kept, sampleCount: 36 },
  ])
})

test('a run that is under way cannot be deleted', async () => {
  const library = await open()
  const id = await store(library)
  expect(() => library.queries.deleteRun(id)).toThrow('is under way')
})

test('a run whose session is gone is interrupted at the next opening; one with a living session goes on', async () => {
  const file = freshPath()
  const library = await open({ path: file })
  const gone = await store(library, samples.slice(0, 3))
  const alive = await store(library, samples.slice(0, 3))
  const lock = await acquireRunLock(testLockPlaces(file))
  library.close()
  const again = await open({ path: file })
  await lock.release()
  const runs = await again.queries.listRuns({ includeDeleted: false })
  expect(new Map(runs.map(run => [run.id, run.status]))).toEqual(
    new Map([
      [gone, 'interrupted'],
      [alive, 'running'],
    ]),
  )
})

test('a resumed run tells its plan, its samples and its next session', async () => {
  const library = await open()
  const runId = await store(library, samples.slice(0, 3))
  await library.recording.endRun({ runId, status: 'cancelled', reason: 'Cancelled.' })
  expect(await library.recording.reopenRun(runId)).toEqual({
    plan,
    environment: exampleEnvironment,
    samples: samples.slice(0, 3),
    session: 1,
  })
  expect((await library.queries.getRun(runId)).summary).toMatchObject({ status: 'running', endedAt: null })
  await library.recording.recordSample({ runId, sample: { ...samples[3]!, session: 1 } })
  await library.queries.markInterrupted({ id: runId, reason: 'It died.' })
  expect(await library.recording.reopenRun(runId)).toMatchObject({ session: 2 })
})

test('a run that is complete or running has nothing to resume', async () => {
  const library = await open()
  const complete = await storeComplete(library)
  expect(() => library.recording.reopenRun(complete)).toThrow(`The run ${complete} is complete`)
  const running = await store(library, [])
  expect(() => library.recording.reopenRun(running)).toThrow(`The run ${running} is running`)
})

test('only a running run is marked as interrupted', async () => {
  const library = await open()
  const id = await storeComplete(library)
  await library.queries.markInterrupted({ id, reason: 'It died.' })
  expect((await library.queries.getRun(id)).summary.status).toBe('complete')
})

test('a baseline is pinned, replaced, cleared, and must exist', async () => {
  const library = await open()
  const runId = await storeComplete(library)
  expect(await library.queries.getBaseline()).toBeNull()
  await library.queries.setBaseline({ runId, variantIndex: 0 })
  await library.queries.setBaseline({ runId, variantIndex: 1 })
  expect(await library.queries.getBaseline()).toEqual({ runId, variantIndex: 1 })
  expect(() => library.queries.setBaseline({ runId, variantIndex: 2 })).toThrow('has no variant 2')
  await library.queries.setBaseline(null)
  expect(await library.queries.getBaseline()).toBeNull()
})

test('changes are announced with the run they touched; samples are not, while a run is measured', async () => {
  const library = await open()
  const announced: RunId[][] = []
  const stop = library.onChange(ids => announced.push(ids))
  const runId = await store(library, samples.slice(0, 2))
  await library.recording.endRun({ runId, status: 'complete', reason: '' })
  expect(announced).toEqual([[runId], [runId]])
  stop()
  await library.queries.labelRun({ id: runId, label: 'x' })
  expect(announced).toHaveLength(2)
})

test('runs that another process adds, changes or abandons are reported', async () => {
  const file = freshPath()
  const library = await open({ path: file })
  const own = await storeComplete(library)
  const announced: RunId[][] = []
  library.onChange(ids => announced.push(ids))
  library.tellForeignChanges()
  expect(announced).toEqual([])

  const other = await open({ path: file })
  const foreign = await store(other, samples.slice(0, 2))
  await other.queries.noteRun({ id: own, text: 'seen elsewhere' })
  library.tellForeignChanges()
  expect(announced.map(ids => [...ids].sort())).toEqual([[own, foreign].sort()])
  library.tellForeignChanges()
  expect(announced).toHaveLength(1)

  library.interruptAbandoned()
  expect(announced.at(-1)).toEqual([foreign])
  expect((await library.queries.getRun(foreign)).summary.status).toBe('interrupted')
})

test('the published tables are there: two machines, eight stages, ten benchmarks; and those over sizes', async () => {
  const library = await open()
  const references = await library.queries.listReferences()
  const ofSeries = references.filter(({ baseline }) => baseline === 'baseline')
  expect(ofSeries).toHaveLength(2 * 8 * 10)
  expect(references.length - ofSeries.length).toBe(3 * 9 + 8 + 8 * 8 + 4)
  expect(references).toContainEqual(
    expect.objectContaining({ machine: 'xeon-4210r', stage: 'all', benchmark: 'remap', percent: -34.8 }),
  )
  expect(references).toContainEqual(
    expect.objectContaining({
      machine: 'epyc-7313',
      stage: 'rmap-id',
      benchmark: 'anon-cow-seq',
      percent: -10.4,
    }),
  )
})

test('an estimate is reckoned from the samples of this machine, else from a default pace', async () => {
  const library = await open()
  expect(await library.queries.estimate({ plan, facts: exampleFacts })).toMatchObject({
    basis: 'default-pace',
    samples: 36,
  })
  await storeComplete(library)
  const estimate = await library.queries.estimate({ plan, facts: exampleFacts })
  expect(estimate).toMatchObject({ basis: 'stored-samples', samples: 36, memoryBytes: 2 * plan.sizeBytes })
  expect(estimate.seconds).toBeCloseTo(36 * (0.002 + 0.01), 6)
  const others = examplePlan({ benchmarks: ['cow', 'remap'] })
  expect(await library.queries.estimate({ plan: others, facts: exampleFacts })).toMatchObject({
    basis: 'default-pace',
  })
})

test('a run survives export and import into another library without loss', async () => {
  const library = await open()
  const id = await storeComplete(library)
  await library.queries.noteRun({ id, text: 'quiet “machine”' })
  const { suggestedName, text } = await library.queries.exportRun({ id, withCommandLine: true })
  expect(suggestedName).toBe(`example-${id.slice(0, 8)}.folio-run.json`)
  const other = await open()
  expect(await other.queries.importRun(text)).toBe(id)
  expect(await other.queries.getRun(id)).toEqual(await library.queries.getRun(id))
  expect((await other.queries.exportRun({ id, withCommandLine: true })).text).toBe(text)
})

test('the kernel command line, which may hold secrets, leaves the library only when asked for', async () => {
  const library = await open()
  const kernel = { ...exampleFacts.kernel, commandLine: 'luks.key=hunter2' }
  const environment = { ...exampleEnvironment, facts: { ...exampleFacts, kernel } }
  const ids = [newRunId(), newRunId()]
  for (const [index, id] of ids.entries()) {
    const own = index === 0 ? environment : exampleEnvironment
    await library.recording.beginRun({ id, plan: examplePlan(), environment: own })
  }
  const [id, other] = ids as [string, string]
  const request = {
    baseline: { runId: id, variantIndex: 0 },
    variants: [{ runId: other, variantIndex: 0 }],
    confidence: 0.95,
    thresholdPercent: 1,
    insist: true,
  }
  for (const format of reportFormats) {
    const withCommandLine = true
    expect(await library.queries.renderRuns({ ids: [id], format })).not.toContain('hunter2')
    const hasEnvironment = format !== 'mail' && format !== 'csv'
    const asked = await library.queries.renderRuns({ ids: [id], format, withCommandLine })
    expect(asked.includes('hunter2'), format).toBe(hasEnvironment)
    const text = await library.queries.renderComparison({ request, format })
    expect(text).not.toContain('hunter2')
    expect(text).toContain('left out')
    expect(await library.queries.renderComparison({ request, format, withCommandLine })).toContain('hunter2')
  }
  expect((await library.queries.exportRun({ id })).text).not.toContain('hunter2')
  expect((await library.queries.exportRun({ id, withCommandLine: true })).text).toContain('hunter2')
  expect((await library.queries.getRun(id)).environment).toEqual(environment)
})

test('a run that is already stored is not imported again', async () => {
  const library = await open()
  const id = await storeComplete(library)
  const { text } = await library.queries.exportRun({ id })
  expect(() => library.queries.importRun(text)).toThrow('This run is already in the library, as “example”.')
  await library.queries.deleteRun(id)
  expect(() => library.queries.importRun(text)).toThrow('You deleted this run (“example”).')
})

test('a run that was exported while running is interrupted where it is imported', async () => {
  const library = await open()
  const id = await store(library)
  const other = await open()
  await other.queries.importRun((await library.queries.exportRun({ id })).text)
  expect((await other.queries.getRun(id)).summary).toMatchObject({ status: 'interrupted' })
})

test.each([
  ['not JSON', '{', /is not a Folio Lab run file \(folio-lab\/run\/5\)/],
  ['another file', '{"format":"folio-lab/plan/1"}', /format: Invalid input: expected "folio-lab\/run\/5"/],
  ['a newer format', '{"format":"folio-lab/run/6"}', /has the format folio-lab\/run\/6, which is newer/],
])('%s is refused with what is wrong', async (_what, text, message) => {
  const library = await open()
  expect(() => library.queries.importRun(text)).toThrow(message)
})

test('a run file that contradicts itself is refused whole', async () => {
  const library = await open()
  const id = await storeComplete(library)
  const { text } = await library.queries.exportRun({ id })
  const other = await open()
  for (const [from, to, message] of [
    ['"cellIndex": 1', '"cellIndex": 9', /which its plan does not have/],
    ['"scheduleIndex": 1,', '"scheduleIndex": 0,', /two samples have index 0/],
    ['"round": 1,', '"round": 0,', /two samples have round 0/],
  ] as const)
    expect(() => other.queries.importRun(text.replace(from, to))).toThrow(message)
  expect(await other.queries.listRuns({ includeDeleted: true })).toEqual([])
})

test('runs of one machine share it, whatever kernel and settings they had', async () => {
  const library = await open()
  await storeComplete(library)
  const otherKernel = { ...exampleFacts, kernel: { ...exampleFacts.kernel, release: '6.19.0' } }
  const id = newRunId()
  await library.recording.beginRun({ id, plan, environment: { ...exampleEnvironment, facts: otherKernel } })
  expect(await library.queries.estimate({ plan, facts: otherKernel })).toMatchObject({
    basis: 'stored-samples',
  })
  expect((await library.queries.getRun(id)).summary.kernelRelease).toBe('6.19.0')
})

test('an advice is found again, exactly, and becomes a document of every form', async () => {
  const library = await open()
  const advice = exampleAdvice()
  await library.recording.recordAdvice(advice)
  expect(await library.queries.listAdvices()).toEqual([advice])
  for (const format of ['text', 'markdown', 'html'] as const) {
    const document = await library.queries.renderAdvice({ id: advice.id, format })
    for (const words of ['exclusive by cmpxchg', '-24.5', 'Recommendation', 'Intel Xeon Silver 4210R'])
      expect(document, format).toContain(words)
  }
  const json = await library.queries.renderAdvice({ id: advice.id, format: 'json' })
  expect(JSON.parse(json)).toMatchObject(withoutCommandLine(advice))
  await expect(async () =>
    library.queries.renderAdvice({ id: newRunId(), format: 'text' }),
  ).rejects.toMatchObject({ code: 'not-found' })
})
