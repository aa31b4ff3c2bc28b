/**
 * Samples of runs that are complete, packed: those of a case are one row of the table `packed`,
 * column by column and compressed, of a tenth of their size.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { groupBy } from '../comparison/group-by.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import type { StoredField } from '../contract/stored-fields.ts'
import { columnOf, valuesOf, type Column } from './columns.ts'
import type { Database } from './database.ts'
import { sampleFields } from './sample-fields.ts'

/** Packing takes some seconds at most; a larger run stays as it is. */
const mostSamples = 50_000
const mostTextBytes = 256 * 1024 * 1024 // a hundred times the text of a large case

/** What is compressed: a column of each field that samples had when they were packed. */
type Content = readonly [samples: number, columns: Readonly<Record<string, Column>>]

/** A value as the database has it. */
export type StoredValue = number | string | null

/** Packs the samples of a run that will get no more; what cannot be packed stays as it is. */
export function packSamples(database: Database, runId: RunId): void {
  database.transaction(() => {
    const rows = database
      .prepare<[object], readonly [caseId: number, ...values: StoredValue[]]>(
        `SELECT case_id, ${sampleFields.map(({ column }) => column).join(', ')} FROM sample WHERE run_id = :runId
         ORDER BY schedule_index LIMIT ${mostSamples + 1}`,
      )
      .raw()
      .all({ runId })
    if (rows.length > mostSamples) return null
    const insert = database.prepare<[object]>(
      'INSERT INTO packed (case_id, content) VALUES (:caseId, :content)',
    )
    for (const [caseId, group] of groupBy(rows, ([id]) => id)) {
      const content = pack(group.map(([, ...values]) => values))
      if (content === null)
        return database
          .prepare<[string]>('DELETE FROM packed WHERE case_id IN (SELECT id FROM "case" WHERE run_id = ?)')
          .run(runId)
      insert.run({ caseId, content })
    }
    return database.prepare<[string]>('DELETE FROM sample WHERE run_id = ?').run(runId)
  })()
}

/**
 * Null for rows that would not come back as they are, such as one that holds no JSON where it
 * should: left as a row, it is shown as damaged.
 */
function pack(rows: readonly StoredValue[][]): Buffer | null {
  try {
    const stored = sampleFields.map((_, index) => rows.map(row => row[index] ?? null))
    const packed = sampleFields.map(({ column, kind }, index) => {
      const values = stored[index] ?? []
      return [column, columnOf(kind === 'json' ? values.map(parsed) : values)]
    })
    const content: Content = [rows.length, Object.fromEntries(packed) as Content[1]]
    const compressed = deflateRawSync(JSON.stringify(content), { level: 9 })
    const back = unpack(compressed, sampleFields)
    const isWhole = stored.every((values, index) =>
      values.every((value, row) => Object.is(back[index]?.[row], value)),
    )
    return isWhole ? compressed : null
  } catch {
    return null
  }
}

function parsed(value: StoredValue): unknown {
  return value === null ? null : JSON.parse(String(value))
}

/** Of each of these fields the values of all samples, in the order of the schedule. */
export function unpack(content: Buffer, fields: readonly StoredField[]): StoredValue[][] {
  try {
    const text = inflateRawSync(content, { maxOutputLength: mostTextBytes }).toString()
    const [count, packed] = JSON.parse(text) as Content
    if (!Number.isInteger(count) || count < 1 || count > mostSamples)
      throw new RangeError(`it tells of ${count} samples`)
    return fields.map(field => fieldValues(field, packed[field.column], count))
  } catch (error) {
    throw new Failure(
      'library-damaged',
      `The library’s record of a run’s samples is damaged: ${error instanceof Error ? error.message : String(error)}.`,
      'The other runs are intact. Delete this one, or restore a copy of the library.',
      { cause: error },
    )
  }
}

/** The values of a field as the table has them; none of one that came after the samples. */
function fieldValues(
  { column, kind, isOptional }: StoredField,
  packed: Column | undefined,
  count: number,
): StoredValue[] {
  if (packed === undefined && isOptional) return Array<null>(count).fill(null)
  if (packed === undefined) throw new TypeError(`${column} is missing`)
  const values = valuesOf(packed, count)
  if (kind === 'json') return texts(values)
  return values.map(value => {
    if (typeof value === 'number' || typeof value === 'string' || value === null) return value
    throw new TypeError(`${column} is neither a number nor a text`)
  })
}

/** Values in JSON; of neighbours that are one and the same, most often all, it is made once. */
function texts(values: readonly unknown[]): StoredValue[] {
  let [last, text]: [unknown, StoredValue] = [null, null]
  return values.map(value => {
    if (value === last) return text
    last = value
    text = value === null ? null : JSON.stringify(value)
    return text
  })
}
