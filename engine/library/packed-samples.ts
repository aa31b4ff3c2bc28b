/**
 * Samples of runs that are complete, packed: those of a case are one row, column by column and
 * compressed, of a tenth of their size. Whoever reads samples reads `every_sample`, which has the
 * columns of the table `sample`; give it a case by its id, or it unpacks all there are.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import * as z from 'zod'
import { groupBy } from '../comparison/group-by.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import type { StoredField } from '../contract/stored-fields.ts'
import { columnOf, valuesOf, type Column } from './columns.ts'
import type { Database } from './database.ts'
import { sampleFields } from './samples.ts'

/** Packing takes some seconds at most; a larger run stays as it is. */
const mostSamples = 50_000
const mostTextBytes = 256 * 1024 * 1024 // a hundred times the text of a large case

/** What is compressed: a column of each field that samples had when they were packed. */
type Content = readonly [samples: number, columns: Readonly<Record<string, Column>>]

const columns = sampleFields.map(({ column }) => column)

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
      .prepare<[object], readonly [caseId: number, ...values: Value[]]>(
        `SELECT case_id, ${columns.join(', ')} FROM sample WHERE run_id = :runId
         ORDER BY schedule_index LIMIT ${mostSamples + 1}`,
      )
      .raw()
      .all({ runId })
    if (rows.length > mostSamples) return
    const insert = database.prepare<[object]>(
      'INSERT INTO packed (case_id, content) VALUES (:caseId, :content)',
    )
    for (const [caseId, group] of groupBy(rows, ([id]) => id)) {
      const content = pack(group.map(([, ...values]) => values))
      if (content === null) return forget(database, runId)
      insert.run({ caseId, content })
    }
    if (isWhole(database, runId)) database.prepare<[string]>('DELETE FROM sample WHERE run_id = ?').run(runId)
    else forget(database, runId)
  })()
}

/** Null when a row holds no JSON where it should: it is shown as damaged as long as it is a row. */
function pack(rows: readonly Value[][]): Buffer | null {
  try {
    const content: Content = [
      rows.length,
      Object.fromEntries(
        sampleFields.map(({ column, kind }, index) => {
          const values = rows.map(row => row[index] ?? null)
          return [column, columnOf(kind === 'json' ? values.map(parsed) : values)]
        }),
      ),
    ]
    const text = JSON.stringify(content)
    return text.length > mostTextBytes ? null : deflateRawSync(text, { level: 9 })
  } catch {
    return null
  }
}

type Value = number | string | null

function parsed(value: Value): unknown {
  return value === null ? null : JSON.parse(String(value))
}

function unpack(content: unknown): Value[][] {
  try {
    const text = inflateRawSync(content as Buffer, { maxOutputLength: mostTextBytes }).toString()
    const [count, packed] = JSON.parse(text) as Content
    if (!Number.isInteger(count) || count < 1 || count > mostSamples)
      throw new RangeError(`it tells of ${count} samples`)
    const values = sampleFields.map(field => fieldValues(field, packed[field.column], count))
    return Array.from({ length: count }, (_, row) => values.map(column => column[row] ?? null))
  } catch (error) {
    throw new Failure(
      'library-damaged',
      `What the library holds of samples of a run is damaged: ${error instanceof Error ? error.message : String(error)}.`,
      'The other runs are whole. Delete this one, or restore a copy of the library.',
      { cause: error },
    )
  }
}

/** The values of a field as the table has them; none of one that came after the samples. */
function fieldValues(
  { column, kind, schema }: StoredField,
  packed: Column | undefined,
  count: number,
): Value[] {
  if (packed === undefined && schema instanceof z.ZodOptional) return Array<null>(count).fill(null)
  if (packed === undefined) throw new TypeError(`${column} is missing`)
  const values = valuesOf(packed, count)
  if (kind === 'json') return texts(values)
  return values.map(value => {
    if (typeof value === 'number' || typeof value === 'string' || value === null) return value
    throw new TypeError(`${column} is neither a number nor a text`)
  })
}

/** Values in JSON; of neighbours that are one and the same, most often all, it is made once. */
function texts(values: readonly unknown[]): Value[] {
  let [last, text]: [unknown, Value] = [null, null]
  return values.map(value => {
    if (value === last) return text
    last = value
    text = value === null ? null : JSON.stringify(value)
    return text
  })
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
