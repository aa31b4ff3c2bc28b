import { Advice, AdviceId } from '../contract/advice.ts'
import { Failure } from '../contract/failure.ts'
import { readStoredJson, readStoredValue, unlessDamaged } from '../contract/stored.ts'
import { insertAnswer } from './answers.ts'
import type { Database } from './database.ts'

type Row = { id: unknown; content: string }

/** Stores a finished advice, or one of somebody else; its id must be new. */
export function insertAdvice(database: Database, advice: Advice, isImported = false): void {
  database
    .transaction(() => {
      insertContent(database, advice)
      insertAnswer(database, advice, isImported)
    })
    .immediate()
}

/** Adds those that are not stored yet; how many these are. */
export function importAdvices(database: Database, advices: readonly Advice[]): number {
  const known = database.prepare<[AdviceId], number>('SELECT 1 FROM advice WHERE lower(id) = ?').pluck()
  const unknown = advices.filter(({ id }) => known.get(id) === undefined)
  database
    .transaction(() => {
      for (const advice of unknown) insertAdvice(database, advice, true)
    })
    .immediate()
  return unknown.length
}

function insertContent(database: Database, advice: Advice): void {
  database
    .prepare<[object]>('INSERT INTO advice (id, created_at, content) VALUES (:id, :createdAt, :content)')
    // The column takes whole milliseconds; somebody else's clock may have told less.
    .run({ id: advice.id, createdAt: Math.floor(advice.createdAt), content: JSON.stringify(advice) })
}

/** All advices on this library's own machines that can be read, the newest first. */
export function listAdvices(database: Database): Advice[] {
  return database
    .prepare<[], Row>(
      `SELECT advice.id, content FROM advice LEFT JOIN answer ON answer.advice_id = advice.id
       WHERE NOT coalesce(is_imported, 0) ORDER BY advice.rowid DESC`,
    )
    .all()
    .flatMap(row => unlessDamaged(() => [readAdvice(row)], []))
}

/** A whole advice; throws `not-found`, and `library-damaged` when it cannot be read. */
export function getAdvice(database: Database, id: AdviceId): Advice {
  const row = database.prepare<[AdviceId], Row>('SELECT id, content FROM advice WHERE lower(id) = ?').get(id)
  if (!row) throw new Failure('not-found', `There is no advice ${id}.`, 'Ask the advisor again.')
  return readAdvice(row)
}

/**
 * The id of the row is the one that it is found by, whatever its content says
 * and however it is spelled.
 */
function readAdvice({ id, content }: Row): Advice {
  return {
    ...readStoredJson(Advice, content, 'an advice'),
    id: readStoredValue(AdviceId, id, 'the id of an advice'),
  }
}
