/** The samples of one case, of each only what is asked for, whether they are packed or rows. */
import type { RunId } from '../contract/run.ts'
import type { Database } from './database.ts'
import { unpack } from './packed-samples.ts'
import { sampleFields } from './sample-fields.ts'

/** The key of a case; null when the run has no such case. */
export function caseIdOf(
  database: Database,
  place: Readonly<{ runId: RunId; cellIndex: number; variantIndex: number }>,
): number | null {
  const id = database
    .prepare<[object], number>(
      'SELECT id FROM "case" WHERE run_id = :runId AND cell_index = :cellIndex AND variant_index = :variantIndex',
    )
    .pluck()
    .get(place)
  return id ?? null
}

/**
 * Of each sample these fields, as the database has them and in the order of `keys`; samples in the
 * order of rounds. `isWarm`: without those of warm-up rounds.
 */
export function readCase<Row extends readonly unknown[]>(
  database: Database,
  caseId: number | null,
  keys: readonly string[],
  { isWarm }: Readonly<{ isWarm: boolean }>,
): Row[] {
  const fields = keys.flatMap(key => sampleFields.filter(field => field.key === key))
  const content = database
    .prepare<[number | null], Buffer>('SELECT content FROM packed WHERE case_id = ?')
    .pluck()
    .get(caseId)
  if (content === undefined)
    return database
      .prepare<[number | null], Row>(
        `SELECT ${fields.map(({ column }) => column).join(', ')} FROM sample
         WHERE case_id = ? ${isWarm ? 'AND warmup = 0' : ''} ORDER BY round`,
      )
      .raw()
      .all(caseId)
  const [rounds = [], warmups = [], ...values] = unpack(content, [...orderFields, ...fields])
  return [...rounds.keys()]
    .filter(index => !isWarm || warmups[index] === 0)
    .sort((one, other) => Number(rounds[one]) - Number(rounds[other]))
    .map(index => values.map(column => column[index]) as readonly unknown[] as Row)
}

const orderFields = ['round', 'warmup'].flatMap(key => sampleFields.filter(field => field.key === key))
