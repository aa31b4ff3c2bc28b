/**
 * Samples of runs that are complete, packed: those of a case are one row, column by column and
 * compressed, of a tenth of their size. Whoever reads samples reads `every_sample`, which has the
 * columns of the table `sample`; give it a case by its id, or it unpacks all there are.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { groupBy } from '../comparison/group-by.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { columnText, readColumnText } from './columns.ts'
import type { Database } from './database.ts'

/** Packing takes a second at most; a larger run stays as it is. */
const mostSamples = 50_000
const mostTextBytes = 256 * 1024 * 1024 // a hundred times the text of a large case

const plainColumns = [
  ...['schedule_index', 'session', 'block', 'round', 'warmup', 'started_at', 'round_trip_ns'],
  ...['setup_ns', 'elapsed_ns', 'teardown_ns', 'work', 'valid', 'reason', 'void_reason'],
]
const jsonColumns = ['checks', 'tasks', 'counters', 'warnings']
const columns = [...plainColumns, ...jsonColumns]

/** Makes `every_sample` for a connection. */
export function showEverySample(database: Database): void {
  database.table('unpacked', {
    columns,
    parameters: ['content'],
    *rows(content: unknown) {
      yield* unpack(content)
    },
  })
  const unpacked = columns.map(name => `unpacked.${name}`).join(', ')
  database.exec(
    `CREATE TEMP VIEW every_sample AS
     SELECT case_id, ${columns.join(', ')} FROM main.sample
     UNION ALL
     SELECT case_id, ${unpacked} FROM main.packed JOIN unpacked(packed.content)`,
  )
}

/** Packs the samples of a run that gets no more of them; what cannot be packed stays as it is. */
export function packSamples(database: Database, runId: RunId): void {
  database.transaction(() => {
    const rows = database
      .prepare<[object], readonly [caseId: number, ...values: unknown[]]>(
        `SELECT case_id, ${columns.join(', ')} FROM sample WHERE run_id = :runId
         ORDER BY schedule_index LIMIT ${mostSamples + 1}`,
      )
      .raw()
      .all({ runId })
    if (rows.length > mostSamples) return
    const insert = database.prepare<[object]>(
      'INSERT INTO packed (case_id, content) VALUES (:caseId, :content)',
    )
    const cases = groupBy(rows, ([caseId]) => caseId)
    for (const [caseId, group] of cases) {
      const content = pack(group.map(([, ...values]) => values))
      if (content === null) return forget(database, runId)
      insert.run({ caseId, content })
    }
    if (isWhole(database, runId)) database.prepare<[string]>('DELETE FROM sample WHERE run_id = ?').run(runId)
    else forget(database, runId)
  })()
}

/** Null when a row holds no JSON where it should: it is shown as damaged as long as it is a row. */
function pack(rows: readonly unknown[][]): Buffer | null {
  try {
    const parsed = rows.map(values =>
      values.map((value, index): unknown =>
        index < plainColumns.length ? value : JSON.parse(String(value)),
      ),
    )
    return deflateRawSync(columnText(parsed), { level: 9 })
  } catch {
    return null
  }
}

type Value = number | string | null

function unpack(content: unknown): Value[][] {
  try {
    const text = inflateRawSync(content as Buffer, { maxOutputLength: mostTextBytes }).toString()
    return readColumnText(text).map(row => columns.map((_, index) => valueAt(row, index)))
  } catch (error) {
    throw new Failure(
      'library-damaged',
      `What the library holds of samples of a run is damaged: ${error instanceof Error ? error.message : String(error)}.`,
      'The other runs are whole. Delete this one, or restore a copy of the library.',
      { cause: error },
    )
  }
}

function valueAt(row: unknown, index: number): Value {
  const value: unknown = Array.isArray(row) ? row[index] : undefined
  if (value !== undefined && index >= plainColumns.length) return JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'string' || value === null) return value
  throw new TypeError(`${columns[index] ?? ''} has no value`)
}

/** Whether unpacking gives what is stored, sample by sample. */
function isWhole(database: Database, runId: RunId): boolean {
  const unpacked = columns.map(name => `unpacked.${name}`).join(', ')
  const lost = database
    .prepare<[object], number>(
      `SELECT count(*) FROM (
         SELECT case_id, ${columns.join(', ')} FROM sample WHERE run_id = :runId
         EXCEPT
         SELECT case_id, ${unpacked} FROM "case" JOIN packed ON packed.case_id = "case".id
         JOIN unpacked(packed.content) WHERE "case".run_id = :runId)`,
    )
    .pluck()
    .get({ runId })
  return lost === 0
}

function forget(database: Database, runId: RunId): void {
  database
    .prepare<[string]>('DELETE FROM packed WHERE case_id IN (SELECT id FROM "case" WHERE run_id = ?)')
    .run(runId)
}
