/** The samples of one case, of each only what is asked for, whether they are packed or rows. */
import type { RunId } from '../contract/run.ts'
import type { StoredField } from '../contract/stored-fields.ts'
import type { Database } from './database.ts'
import { unpack } from './packed-samples.ts'
import { sampleFields } from './sample-fields.ts'

type CasePlace = Readonly<{ runId: RunId; cellIndex: number; variantIndex: number }>

/**
 * Of each sample these fields, as the database has them and in the order of `keys`; samples in the
 * order of rounds. None when the run has no such case. `isWarm`: without those of warm-up rounds.
 */
export function readCase<Row extends readonly unknown[]>(
  database: Database,
  { runId, cellIndex, variantIndex }: CasePlace,
  keys: readonly string[],
  { isWarm }: Readonly<{ isWarm: boolean }>,
): Row[] {
  const fields = fieldsOf(keys)
  const caseId =
    database
      .prepare<[string, number, number], number>(
        'SELECT id FROM "case" WHERE run_id = ? AND cell_index = ? AND variant_index = ?',
      )
      .pluck()
      .get(runId, cellIndex, variantIndex) ?? null
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
  const places = [...rounds.keys()].filter(index => !isWarm || warmups[index] === 0)
  return places
    .sort((one, other) => Number(rounds[one]) - Number(rounds[other]))
    .map(index => values.map(column => column[index]) as readonly unknown[] as Row)
}

const fieldOf = new Map(sampleFields.map(field => [field.key, field]))

function fieldsOf(keys: readonly string[]): StoredField[] {
  return keys.flatMap(key => fieldOf.get(key) ?? [])
}

const orderFields = fieldsOf(['round', 'warmup'])
