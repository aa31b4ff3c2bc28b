import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunId } from '../contract/run.ts'
import type { Measurement, Sample } from '../contract/sample.ts'
import { exampleEnvironment } from '../../test/fixtures/environment.ts'
import { exampleMeasurement, examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openDatabase, type Database } from './database.ts'
import { migrations, versionOf } from './migrations/index.ts'
import { openLibraryFile, type OpenedFile } from './open-library-file.ts'
import { getRun, insertRun } from './runs.ts'
import { insertSample, samplesOf } from './samples.ts'
import { changesIn } from './stored-changes.ts'

vi.setConfig({ testTimeout: 120_000 }) // processes are started, on a machine that may be busy

const noon = Date.UTC(2026, 6, 20, 12, 0, 0)

function freshFolder(): string {
  return temporaryFolder('file')
}

function open(file: string, isOwn = true, steps = migrations): OpenedFile {
  const opened = openLibraryFile({ path: file, isOwn, binding: null }, noon, steps)
  onTestFinished(() => void opened.database.close())
  return opened
}

/** A closed library with so many machines in it. */
function makeLibrary(file: string, machines = 1): void {
  const { database } = open(file)
  addMachines(database, machines)
  database.close()
}

function addMachines(database: Database, count: number): void {
  const insert = database.prepare('INSERT INTO machine (fingerprint, name) VALUES (?, ?)')
  database.transaction(() => {
    for (let index = 0; index < count; index++) insert.run(`machine ${index}`, 'x'.repeat(500))
  })()
}

function machineCount(database: Database): unknown {
  return database.prepare('SELECT count(*) FROM machine').pluck().get()
}

test('a new library is made with its folder, durable and in its latest form', () => {
  const file = path.join(freshFolder(), 'deep', 'library.sqlite')
  const { database, recovered } = open(file)
  expect(recovered).toBeNull()
  expect(versionOf(database)).toBe(migrations.length)
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(database.pragma('synchronous', { simple: true })).toBe(2) // FULL
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1)
})

test('every table is strict', () => {
  const { database } = open(path.join(freshFolder(), 'library.sqlite'))
  const tables = database.pragma('table_list') as {
    schema: string
    type: string
    name: string
    strict: number
  }[]
  const own = tables.filter(table => table.type === 'table' && !table.name.startsWith('sqlite_'))
  expect(own.map(table => table.name).sort()).toEqual(
    [
      'advice',
      'answer',
      'baseline',
      'calibration',
      'case',
      'environment',
      'judged',
      'load',
      'machine',
      'note',
      'packed',
      'reference',
      'run',
      'sample',
      'tally',
      'variant',
    ].sort(),
  )
  expect(own.filter(table => table.strict === 0)).toEqual([])
})

test('an empty file is a new library', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  writeFileSync(file, '')
  expect(versionOf(open(file).database)).toBe(migrations.length)
})

type Harm = Readonly<{ what: string; harm: (file: string) => void }>

const harms: readonly Harm[] = [
  { what: 'a text file', harm: file => writeFileSync(file, 'Dear diary,\n'.repeat(1000)) },
  {
    what: 'a truncated database',
    harm: file => truncateSync(file, Math.floor(statSync(file).size / 2) - 100),
  },
  {
    what: 'a database with a page of noise',
    harm: file => {
      const bytes = readFileSync(file)
      bytes.fill(0xa5, 4096, 4096 * 6)
      writeFileSync(file, bytes)
    },
  },
  {
    what: 'a database with a broken header',
    harm: file => writeFileSync(file, 'SQLite format 3\0 and nothing more'),
  },
]

test.each(harms)('$what is set aside with its companions, and a new library begun', ({ harm }) => {
  const folder = freshFolder()
  const file = path.join(folder, 'library.sqlite')
  makeLibrary(file, 200)
  harm(file)
  writeFileSync(`${file}-wal`, '')
  const before = readFileSync(file)
  const { database, recovered } = open(file)
  expect(recovered).toBe(`${file}.damaged-2026-07-20T12-00-00`)
  expect(readFileSync(recovered!)).toEqual(before)
  expect(existsSync(`${recovered!}-wal`)).toBe(true)
  expect(machineCount(database)).toBe(0)
})

test('a second damaged file does not overwrite the first', () => {
  const folder = freshFolder()
  const file = path.join(folder, 'library.sqlite')
  for (const text of ['one', 'two']) {
    writeFileSync(file, text)
    open(file).database.close()
  }
  const aside = readdirSync(folder).filter(name => name.includes('damaged'))
  expect(aside.map(name => readFileSync(path.join(folder, name), 'utf8')).sort()).toEqual(['one', 'two'])
})

test.each(harms)('$what that the user named is refused and left as it is', ({ harm }) => {
  const file = path.join(freshFolder(), 'library.sqlite')
  makeLibrary(file, 200)
  harm(file)
  const before = readFileSync(file)
  expect(() => open(file, false)).toThrow(
    expect.objectContaining({
      code: 'library-damaged',
      message: expect.stringMatching(/is not a readable library: .* It was not touched\.$/),
      advice: 'Name another file, or move this one away.',
    }),
  )
  expect(readFileSync(file)).toEqual(before)
})

test('a library of a newer form is refused and left as it is', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  makeLibrary(file)
  const database = openDatabase(file, null)
  database.pragma(`user_version = ${migrations.length + 1}`)
  database.close()
  const before = readFileSync(file)
  for (const isOwn of [true, false])
    expect(() => open(file, isOwn)).toThrow(
      expect.objectContaining({
        code: 'library-newer',
        message: expect.stringContaining(
          `was written by a newer Folio Lab (form ${migrations.length + 1}; this one knows ${migrations.length})`,
        ),
      }),
    )
  expect(readFileSync(file)).toEqual(before)
})

test("another program's database is refused and left as it is, even as the lab's own file", () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const database = openDatabase(file, null)
  database.exec('CREATE TABLE bookmark (url TEXT)')
  database.close()
  const before = readFileSync(file)
  expect(() => open(file)).toThrow(/is a database of another program\. It was not touched\./)
  expect(readFileSync(file)).toEqual(before)
})

test('a migration keeps what is there, and a copy of the form before', () => {
  const folder = freshFolder()
  const file = path.join(folder, 'library.sqlite')
  makeLibrary(file, 3)
  const next = {
    version: migrations.length + 1,
    apply: (database: Database) => void database.exec('ALTER TABLE machine ADD owner TEXT'),
  }
  const { database } = open(file, true, [...migrations, next])
  expect(versionOf(database)).toBe(migrations.length + 1)
  expect(machineCount(database)).toBe(3)
  const copy = openDatabase(`${file}.form-${migrations.length}-2026-07-20T12-00-00`, null)
  onTestFinished(() => void copy.close())
  expect([versionOf(copy), machineCount(copy)]).toEqual([migrations.length, 3])
})

const plan = examplePlan()

/** A complete run with a sample for each measurement. */
function storeRun(database: Database, measurements: readonly Measurement[]): RunId {
  const id = newRunId()
  insertRun(database, {
    id,
    label: plan.label,
    status: 'complete',
    statusReason: '',
    createdAt: noon,
    endedAt: noon,
    plan,
    environment: exampleEnvironment,
  })
  const places = exampleSamples(plan, () => 1)
  measurements.forEach((measurement, index) =>
    insertOldSample(database, id, { ...places[index]!, measurement }),
  )
  return id
}

/** As forms up to 6 had it: they knew no void samples. */
function insertOldSample(database: Database, runId: RunId, sample: Sample): void {
  const { checks, tasks, counters, warnings, ...measured } = sample.measurement
  database
    .prepare(
      `INSERT INTO sample (run_id, schedule_index, case_id, session, block, round, warmup, started_at, round_trip_ns,
                           setup_ns, elapsed_ns, teardown_ns, work, valid, reason, checks, tasks, counters, warnings)
       SELECT :runId, :scheduleIndex, id, :session, :block, :round, :warmup, :startedAt, :roundTripNs,
              :setupNs, :elapsedNs, :teardownNs, :work, :valid, :reason, :checks, :tasks, :counters, :warnings
       FROM "case" WHERE run_id = :runId AND cell_index = :cellIndex AND variant_index = :variantIndex`,
    )
    .run({
      ...{ ...sample, measurement: null, warmup: Number(sample.warmup) },
      ...{ ...measured, valid: Number(measured.valid), runId },
      checks: JSON.stringify(checks),
      tasks: JSON.stringify(tasks),
      counters: JSON.stringify(counters),
      warnings: JSON.stringify(warnings),
    })
}

test('a library of form 1 keeps its runs: none of them a calibration, their samples counted', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const { database: before } = open(file, true, migrations.slice(0, 1))
  const id = storeRun(
    before,
    Array.from({ length: 5 }, () => exampleMeasurement(1000)),
  )
  before.close()
  const stored = exampleSamples(plan, () => 1)
    .slice(0, 5)
    .map(sample => ({ ...sample, measurement: exampleMeasurement(1000) }))
  const { database } = open(file)
  expect(versionOf(database)).toBe(migrations.length)
  expect(getRun(database, id)).toMatchObject({ summary: { sampleCount: 5 }, plan, samples: stored })
  expect(database.prepare('SELECT is_calibration FROM run').pluck().all()).toEqual([0])
  expect(existsSync(`${file}.form-1-2026-07-20T12-00-00`)).toBe(true)
})

test('a library of the newest form from before a field of samples was reported keeps its samples', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const { database: before } = open(file, true, [...migrations])
  expect(() => before.prepare('SELECT page_faults FROM sample')).toThrow('no such column')
  const id = storeRun(before, [exampleMeasurement(1000)])
  before.close()
  const { database } = open(file)
  expect(samplesOf(database, id, 1)[0]?.measurement).toEqual(exampleMeasurement(1000))
  expect(database.prepare('SELECT page_faults FROM sample').pluck().all()).toEqual([null])
})

test('a library of form 2 keeps its samples and counts them, invalid ones too', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const { database: before } = open(file, true, migrations.slice(0, 2))
  const id = storeRun(before, [
    exampleMeasurement(1, { valid: false, reason: 'swapped' }),
    exampleMeasurement(1),
    exampleMeasurement(1),
  ])
  before.close()
  const { database } = open(file)
  expect(database.prepare('SELECT * FROM tally').all()).toEqual([{ run_id: id, samples: 3, invalid: 1 }])
  expect(existsSync(`${file}.form-2-2026-07-20T12-00-00`)).toBe(true)
})

test('a library of form 3 keeps its samples, and their values are read from an index alone', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const { database: before } = open(file, true, migrations.slice(0, 3))
  const id = storeRun(
    before,
    Array.from({ length: 5 }, () => exampleMeasurement(1000)),
  )
  before.close()
  const stored = exampleSamples(plan, () => 1)
    .slice(0, 5)
    .map(sample => ({ ...sample, measurement: exampleMeasurement(1000) }))
  const { database } = open(file)
  expect(samplesOf(database, id, stored.length)).toEqual(stored)
  expect(existsSync(`${file}.form-3-2026-07-20T12-00-00`)).toBe(true)
  const steps = database
    .prepare<[], { detail: string }>(
      'EXPLAIN QUERY PLAN SELECT round, session, valid, elapsed_ns, work, tasks FROM sample WHERE case_id = 1 AND warmup = 0',
    )
    .all()
  expect(steps.map(({ detail }) => detail)).toEqual([
    'SEARCH sample USING COVERING INDEX sample_values (case_id=? AND warmup=?)',
  ])
})

test('a library of form 6 keeps its samples, none of them void, and nothing is known of what else ran', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const { database: before } = open(file, true, migrations.slice(0, 6))
  const id = storeRun(
    before,
    Array.from({ length: 5 }, () => exampleMeasurement(1000)),
  )
  before.close()
  const { database } = open(file)
  expect(versionOf(database)).toBe(migrations.length)
  expect(samplesOf(database, id, 5).map(({ voidReason }) => voidReason)).toEqual(Array(5).fill(undefined))
  expect(database.prepare('SELECT count(*) FROM load').pluck().get()).toBe(0)
  expect(getRun(database, id).summary.disturbances).toEqual([])
  expect(existsSync(`${file}.form-6-2026-07-20T12-00-00`)).toBe(true)
  const counters = { sampleNs: 1e8, processorsNs: 2e8, otherProgramsNs: 1e8, stolenNs: 0 }
  const place = exampleSamples(plan, () => 1).find(
    ({ warmup, scheduleIndex }) => !warmup && scheduleIndex >= 5,
  )!
  const disturbed = {
    ...place,
    measurement: exampleMeasurement(1000, { counters }),
    voidReason: 'other programs used 100 % of a CPU',
  }
  insertSample(database, id, disturbed)
  expect(samplesOf(database, id, 6).at(-1)).toEqual(disturbed)
  expect(getRun(database, id).summary.disturbances).toEqual([
    'While “example” was measured, other programs used 100 % of a CPU.',
  ])
})

test('a migration that fails leaves the library in its form', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  makeLibrary(file, 3)
  const half = {
    version: migrations.length + 1,
    apply(database: Database) {
      database.exec('DROP TABLE note')
      throw new Error('no further')
    },
  }
  expect(() => open(file, true, [...migrations, half])).toThrow('no further')
  const { database } = open(file)
  expect([versionOf(database), machineCount(database)]).toEqual([migrations.length, 3])
  expect(database.prepare('SELECT count(*) FROM note').pluck().get()).toBe(0)
})

test('a library of form 11 keeps its runs: their folio size is a list of one, and published tables have sizes', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const { database: before } = open(file, true, migrations.slice(0, 11))
  const id = storeRun(before, [exampleMeasurement(1000)])
  before.exec(`UPDATE run SET plan = json_set(json_remove(plan, '$.folioSizes'), '$.folioBytes', 65536)`)
  before.close()
  const { database } = open(file)
  expect(versionOf(database)).toBe(migrations.length)
  const { plan: kept, cells } = getRun(database, id)
  expect(kept).toEqual({ ...plan, folioSizes: [65536] })
  expect(cells.map(({ parameters }) => parameters.folioBytes)).toEqual([65536, 65536])
  const count = database.prepare('SELECT count(DISTINCT folio_bytes) FROM reference').pluck().get()
  expect(count).toBe(9)
  expect(existsSync(`${file}.form-11-2026-07-20T12-00-00`)).toBe(true)
})

test('several processes may begin one library at the same time', async () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const module = new URL('open-library-file.ts', import.meta.url).href
  const script = `const { openLibraryFile } = await import('${module}')
    const { database } = openLibraryFile({ path: '${file}', isOwn: true, binding: null }, ${noon})
    database.prepare('INSERT INTO machine (fingerprint, name) VALUES (?, ?)').run(String(process.pid), '')`
  const openers = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' }),
  )
  const codes = await Promise.all(openers.map(async opener => (await once(opener, 'exit'))[0] as unknown))
  expect(codes).toEqual([0, 0, 0, 0, 0, 0])
  expect(machineCount(open(file).database)).toBe(6)
  expect(readdirSync(path.dirname(file)).filter(name => name.includes('damaged'))).toEqual([])
})

/** Runs a program in a mount namespace of its own, in which `mounts` were made. */
function runMounted(mounts: string, script: string): string {
  return execFileSync(
    'unshare',
    [
      '--mount',
      '--map-root-user',
      'sh',
      '-c',
      `${mounts} && exec "$0" --input-type=module --eval "$1"`,
      process.execPath,
      script,
    ],
    { encoding: 'utf8' },
  )
}

test('a library where nothing can be written is read; a new one is refused with what to do', () => {
  const folder = freshFolder()
  const file = path.join(folder, 'library.sqlite')
  makeLibrary(file)
  const module = new URL('open-library-file.ts', import.meta.url).href
  const script = `const { openLibraryFile } = await import('${module}')
    for (const name of ['library.sqlite', 'new.sqlite', 'folder/new.sqlite'])
      try {
        const { database, isReadOnly } = openLibraryFile({ path: '${folder}/' + name, isOwn: true, binding: null }, 0)
        console.log('opened', isReadOnly, database.prepare('SELECT count(*) FROM machine').pluck().get())
      } catch (error) {
        console.log(error.code, '|', error.message, '|', error.advice)
      }`
  const mount = `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder}`
  const lines = runMounted(mount, script).trim().split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toBe('opened true 1')
  for (const line of lines.slice(1))
    expect(line).toMatch(
      /^library-not-writable \| The library .* cannot be written \(.*\)\. \| Make the folder/,
    )
})

test('a copy of the file taken while the library is open is a whole library', () => {
  const folder = freshFolder()
  const file = path.join(folder, 'library.sqlite')
  const { database } = open(file)
  addMachines(database, 3)
  for (const companion of ['', '-wal'])
    copyFileSync(file + companion, path.join(folder, `copy.sqlite${companion}`))
  expect(machineCount(open(path.join(folder, 'copy.sqlite')).database)).toBe(3)
})

test('a folder or a pipe that is named as a library is refused as what it is', () => {
  const folder = freshFolder()
  execFileSync('mkfifo', [path.join(folder, 'pipe')])
  expect(() => open(folder, false)).toThrow(/is a folder, not a library/)
  expect(() => open(path.join(folder, 'pipe'), false)).toThrow(/is a pipe or a device, not a library/)
})

test.each([
  ['a file format that is not known', (bytes: Buffer) => bytes.fill(9, 18, 20)],
  ['a schema format that is not known', (bytes: Buffer) => bytes.writeUInt32BE(99, 44)],
])('a library in %s is named, not a stack', (_what, harm) => {
  const file = path.join(freshFolder(), 'library.sqlite')
  makeLibrary(file)
  const bytes = readFileSync(file)
  harm(bytes)
  writeFileSync(file, bytes)
  expect(() => open(file, false)).toThrow(expect.objectContaining({ code: 'library-damaged' }))
})

test('a library of form 13 keeps what its runs say of their variants', () => {
  const file = path.join(freshFolder(), 'library.sqlite')
  const { database: before } = open(file, true, migrations.slice(0, 13))
  const runId = storeRun(before, [exampleMeasurement(1)])
  before.prepare('INSERT INTO judged (run_id, baseline_index) VALUES (?, 0)').run(runId)
  const insert = before.prepare('INSERT INTO change VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  insert.run(runId, 1, 0, -2.5, -3, -2, 0.96, -4, -1, 10, 0.5, 1)
  insert.run(runId, 1, 1, null, null, null, null, null, null, 0, null, 0)
  before.close()
  const { database } = open(file)
  const content = database
    .prepare<[string], Buffer>('SELECT changes FROM judged WHERE run_id = ? AND baseline_index = 0')
    .pluck()
    .get(runId)
  const unknown = {
    percent: null,
    low: null,
    high: null,
    coverage: null,
    family: null,
    noiseFloorPercent: null,
  }
  expect(content && changesIn(content, [1])).toEqual([
    {
      ...{ variantIndex: 1, cellIndex: 0, percent: -2.5, low: -3, high: -2, coverage: 0.96 },
      family: { low: -4, high: -1, coverage: null },
      ...{ n: 10, noiseFloorPercent: 0.5, isDisturbed: true },
    },
    { variantIndex: 1, cellIndex: 1, ...unknown, n: 0, isDisturbed: false },
  ])
  expect(content && changesIn(content, [2])).toEqual([])
})
