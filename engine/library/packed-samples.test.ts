import path from 'node:path'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunId, RunStatus } from '../contract/run.ts'
import type { Sample } from '../contract/sample.ts'
import { exampleEnvironment } from '../../test/fixtures/environment.ts'
import { examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openDatabase } from './database.ts'
import { openLibrary, type Library } from './library.ts'

// Every sample is synchronised to the disk, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const plan = examplePlan({ stopping: { kind: 'rounds', rounds: 30 } })
const samples: readonly Sample[] = exampleSamples(plan, ({ round }) => 1e6 + 0.25 + round).map(sample => ({
  ...sample,
  ...(sample.round === 7 && { voidReason: 'switched out once' }),
  measurement: { ...sample.measurement, ...(sample.round > 5 && { pageFaults: sample.round }) },
}))

async function openNew(): Promise<Library> {
  const file = path.join(temporaryFolder('packed'), 'library.sqlite')
  const library = await openLibrary({ path: file, isOwn: true, binding: null, now: Date.now })
  onTestFinished(() => library.close())
  return library
}

async function store(library: Library, status: Exclude<RunStatus, 'running'>): Promise<RunId> {
  const id = newRunId()
  await library.recording.beginRun({ id, plan, environment: exampleEnvironment })
  for (const sample of samples) await library.recording.recordSample({ runId: id, sample })
  await library.recording.endRun({ runId: id, status, reason: '' })
  return id
}

/** Samples that are rows, and cases that are packed. */
async function counted({ queries }: Library): Promise<unknown> {
  const database = openDatabase((await queries.location(undefined)).path, null)
  const counts = ['sample', 'packed'].map(table =>
    database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
  )
  database.close()
  return counts
}

test('the samples of a complete run are packed, and every question has the same answer as before', async () => {
  const library = await openNew()
  const { queries } = library
  const [rows, packed] = [await store(library, 'cancelled'), await store(library, 'complete')]
  expect(await counted(library)).toEqual([samples.length, 4])
  const cell = {
    benchmark: 'cow' as const,
    parameters: { sizeBytes: plan.sizeBytes, folioBytes: plan.folioSizes[0]!, tasks: 1 },
  }
  async function answers(runId: RunId): Promise<unknown> {
    const [baseline, variant] = [0, 1].map(variantIndex => ({ runId, variantIndex }))
    const comparison = await queries.compare({
      baseline: baseline!,
      variants: [variant!],
      confidence: 0.95,
      thresholdPercent: 1,
      insist: false,
    })
    const details = await queries.caseDetails({ cell, baseline: baseline!, variant: variant! })
    const text = JSON.stringify([comparison, details, (await queries.getRun(runId)).samples])
    return JSON.parse(text.replaceAll(runId, 'the run')) as unknown
  }
  expect(await answers(packed)).toEqual(await answers(rows))
  expect((await queries.getRun(packed)).samples).toEqual(samples)
  const { points } = await queries.history({ cell, like: { runId: rows, variantIndex: 0 } })
  expect(new Set(points.map(({ median }) => median)).size).toBe(1)
  const { text } = await queries.exportRun({ id: packed })
  await queries.deleteRun(packed)
  const again = await openNew()
  expect(await again.queries.importRun(text)).toBe(packed)
  expect(await counted(again)).toEqual([0, 4])
  expect((await again.queries.getRun(packed)).samples).toEqual(samples)
})

test('a run that may be resumed is not packed before it is complete; then no sample is taken any more', async () => {
  const library = await openNew()
  const runId = await store(library, 'interrupted')
  expect(await counted(library)).toEqual([samples.length, 0])
  await library.recording.reopenRun(runId)
  await library.recording.endRun({ runId, status: 'complete', reason: '' })
  expect(await counted(library)).toEqual([0, 4])
  const late = { ...samples[0]!, scheduleIndex: 10_000, round: 9_000 }
  expect(() => library.recording.recordSample({ runId, sample: late })).toThrow('There is no run')
})

test.each([
  ['JSON in another spelling', `counters = '{"faults": 1 }'`],
  ['what is no JSON', `tasks = 'no JSON'`],
])('a run with %s in a sample stays as it is', async (_, assignment) => {
  const library = await openNew()
  const runId = await store(library, 'interrupted')
  const database = openDatabase((await library.queries.location(undefined)).path, null)
  database.pragma('ignore_check_constraints = ON')
  database.exec(`UPDATE sample SET ${assignment} WHERE schedule_index = 5`)
  database.close()
  await library.recording.endRun({ runId, status: 'complete', reason: '' })
  expect(await counted(library)).toEqual([samples.length, 0])
})

test('samples that were packed before there was a field of theirs have nothing in it', async () => {
  const library = await openNew()
  const runId = await store(library, 'complete')
  const database = openDatabase((await library.queries.location(undefined)).path, null)
  const update = database.prepare('UPDATE packed SET content = ? WHERE case_id = ?')
  const rows = database.prepare<[], { id: number; content: Buffer }>(
    'SELECT case_id AS id, content FROM packed',
  )
  for (const { id, content } of rows.all()) {
    const [count, { page_faults: removed, ...columns }] = JSON.parse(inflateRawSync(content).toString()) as [
      number,
      Record<string, unknown>,
    ]
    expect(removed).toBeDefined()
    update.run(deflateRawSync(JSON.stringify([count, { ...columns, of_a_later_form: [0, 1] }])), id)
  }
  database.close()
  expect((await library.queries.getRun(runId)).samples).toEqual(
    samples.map(({ measurement: { pageFaults: _, ...measurement }, ...sample }) => ({
      ...sample,
      measurement,
    })),
  )
})
