import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { Sample } from '../contract/sample.ts'
import { readStoredJson, readStoredValue } from '../contract/stored.ts'
import type { StoredField } from '../contract/stored-fields.ts'
import type { Database } from './database.ts'
import { loadCounters } from '../statistics/disturbance.ts'
import { addToLoad } from './loads.ts'
import { unpack, type StoredValue } from './packed-samples.ts'
import { measurementFields, placeFields, sampleFields } from './sample-fields.ts'

/**
 * Gives the table the columns that fields of a sample have got since its newest form. What was
 * stored before has nothing in them.
 */
export function addSampleColumns(database: Database): void {
  const known = database.prepare<[], string>(`SELECT name FROM pragma_table_info('sample')`).pluck()
  function isMissing({ column }: StoredField): boolean {
    return !known.all().includes(column)
  }
  if (!sampleFields.some(isMissing)) return
  const add = database.transaction(() => {
    // Looked at again under the write lock: another process may have been faster.
    for (const { column, kind } of sampleFields.filter(isMissing))
      database.exec(`ALTER TABLE sample ADD COLUMN ${column} ${columnTypes[kind]}`)
  })
  add.immediate()
}

const columnTypes = { number: 'REAL', flag: 'INTEGER', text: 'TEXT', json: 'TEXT' } as const

/**
 * Stores one sample and adds it to the load of its run, in one commit: both or neither, and
 * one wait for the disk. Throws `not-found` when the run has no such case.
 */
export function insertSample(database: Database, runId: RunId, sample: Sample): void {
  database.transaction(() => {
    insertRow(database, runId, sample)
    addToLoad(database, runId, sample)
  })()
}

function insertRow(database: Database, runId: RunId, sample: Sample): void {
  const { cellIndex, variantIndex } = sample
  const { changes } = database
    .prepare<[object]>(
      `INSERT INTO sample (run_id, case_id, ${sampleFields.map(({ column }) => column).join(', ')})
       SELECT :runId, id, ${sampleFields.map(({ key }) => `:${key}`).join(', ')}
       FROM "case" WHERE run_id = :runId AND cell_index = :cellIndex AND variant_index = :variantIndex
         AND NOT EXISTS (SELECT 1 FROM packed WHERE case_id = "case".id)`,
    )
    .run({
      runId,
      cellIndex,
      variantIndex,
      ...columnsOf(placeFields, sample),
      ...columnsOf(measurementFields, sample.measurement),
    })
  if (changes === 0)
    throw new Failure(
      'not-found',
      `There is no run ${runId} under way with cell ${cellIndex} and variant ${variantIndex}.`,
      'The run may have been deleted in the meantime; start a new one.',
    )
}

function columnsOf(
  stored: readonly StoredField[],
  record: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    stored.map(({ key, kind }) => {
      const value = record[key] ?? null
      if (value === null) return [key, null]
      return [key, kind === 'json' ? JSON.stringify(value) : kind === 'flag' ? Number(value) : value]
    }),
  )
}

type SampleRow = Readonly<{ scheduleIndex: number; cellIndex: number; variantIndex: number }> &
  Readonly<Record<string, number | string | null>>

const samplesPerPage = 1000

/**
 * The samples of a run in the order of its schedule. Those of a run that is too large to be packed
 * are read page by page: it may have more than memory holds, and nothing else waits in the
 * meantime.
 */
export function* samplesInOrder(database: Database, runId: RunId): Generator<Sample> {
  for (const row of rowsInOrder(database, runId, {})) yield sampleOf(row, runId)
}

/**
 * SQL in place of columns. A patch leaves out what is null: a counter that
 * the sample does not have.
 */
const shortened: Readonly<Record<string, string>> = {
  checks: `'[]'`,
  warnings: `'[]'`,
  counters: `json_patch('{}', json_object(${loadCounters.map(name => `'${name}', counters ->> '$.${name}'`).join(', ')}))`,
}

function* rowsInOrder(
  database: Database,
  runId: RunId,
  instead: Readonly<Record<string, string>>,
): Generator<SampleRow> {
  const columns = sampleFields.map(({ key, column }) => `${instead[key] ?? `sample.${column}`} AS ${key}`)
  yield* packedInOrder(database, runId)
  const page = database.prepare<[object], SampleRow>(
    `SELECT cell_index AS cellIndex, variant_index AS variantIndex, ${columns.join(', ')}
     FROM sample JOIN "case" ON "case".id = sample.case_id
     WHERE sample.run_id = :runId AND schedule_index > :after ORDER BY schedule_index LIMIT ${samplesPerPage}`,
  )
  let after = -1
  for (;;) {
    const rows = page.all({ runId, after })
    yield* rows
    after = rows.at(-1)?.scheduleIndex ?? after
    if (rows.length < samplesPerPage) return
  }
}

type PackedCase = Readonly<{ cellIndex: number; variantIndex: number; content: Buffer }>

/** All at once, with all columns: a run of which this would be too much is not packed. */
function packedInOrder(database: Database, runId: RunId): SampleRow[] {
  return database
    .prepare<[string], PackedCase>(
      `SELECT cell_index AS cellIndex, variant_index AS variantIndex, content
       FROM "case" JOIN packed ON packed.case_id = "case".id WHERE run_id = ?`,
    )
    .all(runId)
    .flatMap(({ content, ...place }) => rowsOf(unpack(content, sampleFields), place))
    .sort((one, other) => one.scheduleIndex - other.scheduleIndex)
}

function rowsOf(
  columns: readonly (readonly StoredValue[])[],
  place: Readonly<{ cellIndex: number; variantIndex: number }>,
): SampleRow[] {
  return (columns[0] ?? []).map((_, row) => {
    const stored = sampleFields.map(({ key }, index) => [key, columns[index]?.[row] ?? null])
    return { ...Object.fromEntries(stored), ...place } as SampleRow
  })
}

/** From here on memory for a run of whole samples would be counted in gigabytes. */
const mostWholeSamples = 100_000
/** Even the shortened samples of more would not fit into a process. */
const mostSamples = 2_000_000

/**
 * The samples of a run at once. Those of a very large run come without what no table is made from:
 * checks, warnings, and counters that report no disturbance; its export has all. Throws
 * `unsupported` for one that no memory holds.
 */
export function samplesOf(database: Database, runId: RunId, count: number): Sample[] {
  if (count > mostSamples)
    throw new Failure(
      'unsupported',
      `The run has ${count.toLocaleString('en')} samples, more than can be shown at once (${mostSamples.toLocaleString('en')}).`,
      `Compare its variants, or export it for other programs: folio-lab runs export ${runId} FILE`,
    )
  if (count <= mostWholeSamples) return [...samplesInOrder(database, runId)]
  return Array.from(rowsInOrder(database, runId, shortened), row => sampleOf(row, runId))
}

function sampleOf(row: SampleRow, runId: RunId): Sample {
  const what = `sample ${row.scheduleIndex} of run ${runId}`
  const { cellIndex, variantIndex } = row
  const measurement = recordOf(measurementFields, row, what)
  return readStoredValue(
    Sample,
    { cellIndex, variantIndex, ...recordOf(placeFields, row, what), measurement },
    what,
  )
}

/** Fields as they were stored; nothing is checked but that they are JSON. */
function recordOf(
  stored: readonly StoredField[],
  row: Readonly<Record<string, number | string | null>>,
  what: string,
): Record<string, unknown> {
  return Object.fromEntries(
    stored.flatMap(({ key, kind, isNullable, schema }) => {
      const value = row[key] ?? null
      if (value === null) return isNullable ? [[key, null]] : []
      if (kind === 'json') return [[key, readStoredJson(schema, String(value), what)]]
      return [[key, kind === 'flag' ? value === 1 : value]]
    }),
  )
}
