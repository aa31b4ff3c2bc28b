/**
 * Rows that no program of this lab has written: one of them never hides the
 * others, and can be deleted.
 */
import path from 'node:path'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { mebibyte } from '../contract/units.ts'
import { exampleAdvice, exampleAdviceId } from '../../test/fixtures/advice.ts'
import { exampleEnvironment } from '../../test/fixtures/environment.ts'
import { examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openDatabase, type Database } from './database.ts'
import { openLibrary, type Library } from './library.ts'
import { sampleFields } from './sample-fields.ts'

// Every sample is synchronised to the disk, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const plan = examplePlan({ isCalibration: true })
const cell = {
  benchmark: 'cow' as const,
  parameters: { sizeBytes: plan.sizeBytes, folioBytes: 2 * mebibyte, tasks: 1 },
}

async function open(file: string): Promise<Library> {
  const library = await openLibrary({
    path: file,
    isOwn: true,
    binding: null,
    now: () => 1000,
  })
  onTestFinished(() => library.close())
  return library
}

/**
 * A closed library with a sound calibration and one that is to be damaged. The samples of a
 * complete one are packed.
 */
async function makeLibrary(
  otherStatus: 'complete' | 'cancelled' = 'complete',
): Promise<Readonly<{ file: string; sound: RunId; other: RunId }>> {
  const file = path.join(temporaryFolder('rows'), 'library.sqlite')
  const library = await open(file)
  const [sound, other] = [newRunId(), newRunId()]
  for (const runId of [sound, other]) {
    await library.recording.beginRun({ id: runId, plan, environment: exampleEnvironment })
    for (const sample of exampleSamples(plan, ({ round }) => 1e6 + round))
      await library.recording.recordSample({ runId, sample })
    await library.recording.endRun({
      runId,
      status: runId === sound ? 'complete' : otherStatus,
      reason: '',
    })
  }
  library.close()
  return { file, sound, other }
}

/** Changes the database as no code of the lab does. */
function change(file: string, action: (database: Database) => void): void {
  const database = openDatabase(file, null)
  database.pragma('ignore_check_constraints = ON')
  action(database)
  database.close()
}

const harms: readonly (readonly [string, string])[] = [
  ['a moment in nanoseconds', 'UPDATE run SET created_at = created_at * 1e18 + 1e18 WHERE id = :id'],
  ['an infinite moment', 'UPDATE run SET created_at = 9e999 WHERE id = :id'],
  ['a plan that is not JSON', `UPDATE run SET plan = '{"target":' WHERE id = :id`],
  ['a plan of another form', `UPDATE run SET plan = '{"target": 5, "benchmarks": {}}' WHERE id = :id`],
  ['a status of nothing', `UPDATE run SET status = 'odd' WHERE id = :id`],
]

test.each(harms)(
  'a run with %s is shown as damaged beside the others, and can be deleted',
  async (_what, sql) => {
    const { file, sound, other } = await makeLibrary()
    change(file, database => database.prepare(sql).run({ id: other }))
    const library = await open(file)
    expect((await library.queries.location()).recovered).toBeNull()
    expect(await library.queries.listRuns({ includeDeleted: false })).toMatchObject([
      { id: other, label: 'damaged', statusReason: expect.stringContaining('damaged') },
      { id: sound, label: 'example' },
    ])
    const { points } = await library.queries.history({ cell, like: { runId: sound, variantIndex: 0 } })
    expect(points.map(({ reference }) => reference.runId)).toContain(sound)
    await library.queries.noiseFloors(exampleEnvironment.facts)
    await library.queries.estimate({ plan, facts: exampleEnvironment.facts })
    await library.queries.deleteRun(other)
    expect(await library.queries.listRuns({ includeDeleted: false })).toMatchObject([{ id: sound }])
    library.close()
    const later = await openLibrary({
      path: file,
      isOwn: true,
      binding: null,
      now: () => 1000 + 25 * 3600 * 1000,
    })
    onTestFinished(() => later.close())
    expect(await later.queries.listRuns({ includeDeleted: true })).toMatchObject([{ id: sound }])
  },
)

const itsCases = `(SELECT id FROM "case" WHERE run_id = :id)`

test.each([
  ['variant', `UPDATE variant SET content = 'x' WHERE run_id = :id`],
  [
    'environment',
    `UPDATE environment SET content = '{' WHERE id = (SELECT environment_id FROM run WHERE id = :id)`,
  ],
  ['tasks of samples', `UPDATE sample SET tasks = '[{}]', counters = '7' WHERE run_id = :id`],
  ['times of samples', `UPDATE sample SET elapsed_ns = 1e308 WHERE run_id = :id`],
  ['packed samples', `UPDATE packed SET content = x'00ff' WHERE case_id IN ${itsCases}`],
  [
    'bytes of packed samples',
    `UPDATE packed SET content = substr(content, 1, 99) WHERE case_id IN ${itsCases}`,
  ],
])('damaged %s of one run leave the history and the floors of the others', async (what, sql) => {
  const { file, sound, other } = await makeLibrary(what.includes('packed') ? 'complete' : 'cancelled')
  change(file, database => database.prepare(sql).run({ id: other }))
  const library = await open(file)
  expect(await library.queries.listRuns({ includeDeleted: false })).toHaveLength(2)
  const { points } = await library.queries.history({ cell, like: { runId: sound, variantIndex: 0 } })
  expect(points.filter(({ reference }) => reference.runId === sound)).toHaveLength(2)
  await library.queries.noiseFloors(exampleEnvironment.facts)
})

test('packed samples that are damaged are named, whatever they hold', async () => {
  const { file, other } = await makeLibrary()
  const sound = Object.fromEntries(sampleFields.map(({ column }) => [column, [0, 0]]))
  const texts = [
    'null',
    '[]',
    JSON.stringify([1, {}]),
    JSON.stringify([1, { ...sound, elapsed_ns: [0, {}] }]),
    JSON.stringify([1, { ...sound, elapsed_ns: [0, 1e308] }]),
    JSON.stringify([2, { ...sound, elapsed_ns: [1, 1] }]),
    JSON.stringify([2, { ...sound, elapsed_ns: [9, 1] }]),
    JSON.stringify([1e9, sound]),
    '0'.repeat(300 * 1024 * 1024),
  ]
  const contents = [Buffer.from('text'), ...texts.map(text => deflateRawSync(text, { level: 1 }))]
  for (const content of contents) {
    change(file, database =>
      database
        .prepare(`UPDATE packed SET content = :content WHERE case_id IN ${itsCases}`)
        .run({ content, id: other }),
    )
    const { queries } = await open(file)
    expect(() => queries.getRun(other)).toThrow(
      expect.objectContaining({
        code: 'library-damaged',
        message: expect.stringMatching(/^The library’s record of .*sample.* is damaged: /) as string,
      }),
    )
    await queries.deleteRun(other)
    await queries.restoreRun(other)
  }
})

test('a damaged run says so when it is asked for, and what to do', async () => {
  const { file, other } = await makeLibrary()
  change(file, database => database.prepare(`UPDATE run SET plan = '[]' WHERE id = ?`).run(other))
  const library = await open(file)
  expect(() => library.queries.getRun(other)).toThrow(
    expect.objectContaining({
      code: 'library-damaged',
      message: expect.stringContaining(`The library’s record of the plan of run ${other} is damaged`),
      advice: expect.stringContaining('Delete this one'),
    }),
  )
})

/** As another program may have written it. */
function respell(file: string, from: RunId, to: string): void {
  change(file, database => {
    database.pragma('foreign_keys = OFF')
    for (const table of ['variant', 'case', 'sample', 'tally'])
      database.prepare(`UPDATE "${table}" SET run_id = ? WHERE run_id = ?`).run(to, from)
    database.prepare('UPDATE run SET id = ? WHERE id = ?').run(to, from)
  })
}

test('a run stored under another spelling of its id is found and deleted by its id', async () => {
  const { file, sound, other } = await makeLibrary()
  respell(file, other, other.toUpperCase())
  const library = await open(file)
  expect((await library.queries.getRun(other)).samples).toHaveLength(36)
  await library.queries.deleteRun(other)
  expect(await library.queries.listRuns({ includeDeleted: false })).toMatchObject([{ id: sound }])
})

test('a run under no id at all, and a second spelling of one that is there, get ids of their own', async () => {
  const { file, sound, other } = await makeLibrary()
  respell(file, other, sound.toUpperCase())
  const library = await open(file)
  const ids = (await library.queries.listRuns({ includeDeleted: false })).map(({ id }) => id)
  expect(new Set(ids).size).toBe(2)
  expect(ids).toContain(sound)
  library.close()
  respell(file, sound, 'seven')
  const again = await open(file)
  expect((await again.queries.listRuns({ includeDeleted: false })).map(({ id }) => id)).not.toContain('seven')
})

test('the newest run is the one stored last, whatever its clock said', async () => {
  const { file, sound, other } = await makeLibrary()
  change(file, database => database.prepare('UPDATE run SET created_at = 1e14 WHERE id = ?').run(sound))
  const library = await open(file)
  expect((await library.queries.listRuns({ includeDeleted: false })).map(({ id }) => id)).toEqual([
    other,
    sound,
  ])
})

test('a note of any size is not read for a list', async () => {
  const { file, other } = await makeLibrary()
  change(file, database =>
    database.prepare('INSERT INTO note (run_id, content) VALUES (?, ?)').run(other, 'n'.repeat(100_001)),
  )
  const library = await open(file)
  const [newest] = await library.queries.listRuns({ includeDeleted: false })
  expect(newest).toMatchObject({ id: other, note: 'This note is too long to be shown: 100001 bytes.' })
})

test('whatever stands in a run, lists, histories and floors answer or name it as damaged', async () => {
  const { file, sound, other } = await makeLibrary()
  const columns = ['label', 'status_reason', 'created_at', 'ended_at', 'plan'] as const
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...columns),
      fc.oneof(fc.json({ maxDepth: 2 }), fc.double().map(String), fc.string()),
      async (column, text) => {
        const isNumber = column.endsWith('_at')
        const before = openDatabase(file, null)
        before.pragma('ignore_check_constraints = ON')
        const kept = before
          .prepare<[string], object>(
            'SELECT label, status_reason, created_at, ended_at, plan FROM run WHERE id = ?',
          )
          .get(other)
        before
          .prepare(`UPDATE run SET ${column} = ? WHERE id = ?`)
          .run(isNumber ? Number(text) || 1e300 : text, other)
        before.close()
        const library = await open(file)
        const listed = await library.queries.listRuns({ includeDeleted: false })
        expect(listed.map(({ id }) => id)).toEqual([other, sound])
        await library.queries.history({ cell, like: { runId: sound, variantIndex: 0 } })
        await library.queries.noiseFloors(exampleEnvironment.facts)
        try {
          await library.queries.getRun(other)
        } catch (error) {
          expect(error).toBeInstanceOf(Failure)
        }
        library.close()
        change(file, database =>
          database
            .prepare(
              `UPDATE run SET label = :label, status_reason = :status_reason, created_at = :created_at,
                      ended_at = :ended_at, plan = :plan WHERE id = '${other}'`,
            )
            .run(kept!),
        )
      },
    ),
    { numRuns: 15 },
  )
})

test('a damaged row of the published tables is named', async () => {
  const { file } = await makeLibrary()
  change(file, database =>
    database.exec(
      `UPDATE reference SET machine = 'nowhere' WHERE stage = 'all' AND machine = (SELECT min(machine) FROM reference)`,
    ),
  )
  const library = await open(file)
  expect(() => library.queries.listReferences()).toThrow('of the published tables is damaged')
})

test('an advice stored under another spelling of its id, or with another one in its content, is found by its id', async () => {
  const { file } = await makeLibrary()
  const library = await open(file)
  await library.recording.recordAdvice(exampleAdvice())
  library.close()
  change(file, database => {
    database.pragma('foreign_keys = OFF')
    database
      .prepare("UPDATE advice SET id = upper(id), content = json_set(content, '$.id', ?)")
      .run(newRunId())
  })
  const { queries } = await open(file)
  expect((await queries.listAdvices()).map(({ id }) => id)).toEqual([exampleAdviceId])
  expect(await queries.renderAdvice({ id: exampleAdviceId, format: 'text' })).toContain('exclusive writer')
})
