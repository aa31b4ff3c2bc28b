import { Advice, AdviceId } from '../contract/advice.ts'
import { Failure } from '../contract/failure.ts'
import { readStoredJson, readStoredValue, unlessDamaged } from '../contract/stored.ts'
import type { Timestamp } from '../contract/units.ts'
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

/** Adds those that are not stored yet, and brings back deleted ones; how many these are. */
export function importAdvices(database: Database, advices: readonly Advice[]): number {
  const known = database
    .prepare<[AdviceId], number>('SELECT deleted_at IS NULL FROM advice WHERE lower(id) = ?')
    .pluck()
  const missing = advices.filter(({ id }) => known.get(id) !== 1)
  database
    .transaction(() => {
      for (const advice of missing)
        if (known.get(advice.id) === 0) restoreAdvice(database, advice.id)
        else insertAdvice(database, advice, true)
    })
    .immediate()
  return missing.length
}

/**
 * Hides an advice, from the atlas too; its samples are a run and stay. Throws `not-found` where
 * there is none.
 */
export function hideAdvice(database: Database, id: AdviceId, now: Timestamp): void {
  setDeleted(database, id, now)
}

/** Shows a hidden advice again. Fails with `not-found` when there is none. */
export function restoreAdvice(database: Database, id: AdviceId): void {
  setDeleted(database, id, null)
}

function setDeleted(database: Database, id: AdviceId, at: Timestamp | null): void {
  const { changes } = database
    .prepare<[Timestamp | null, AdviceId]>('UPDATE advice SET deleted_at = ? WHERE lower(id) = ?')
    .run(at, id)
  if (changes === 0) throw noSuchAdvice(id)
}

/** Removes for good the advices hidden before `limit`. */
export function removeAdvicesHiddenBefore(database: Database, limit: Timestamp): void {
  database.prepare<[Timestamp]>('DELETE FROM advice WHERE deleted_at < ?').run(limit)
}

function insertContent(database: Database, advice: Advice): void {
  database
    .prepare<[object]>('INSERT INTO advice (id, created_at, content) VALUES (:id, :createdAt, :content)')
    // The column takes whole milliseconds; somebody else's clock may have given fractions.
    .run({ id: advice.id, createdAt: Math.floor(advice.createdAt), content: JSON.stringify(advice) })
}

/** All advices on this library's own machines that can be read, the newest first. */
export function listAdvices(database: Database): Advice[] {
  return database
    .prepare<[], Row>(
      `SELECT advice.id, content FROM advice LEFT JOIN answer ON answer.advice_id = advice.id
       WHERE NOT coalesce(is_imported, 0) AND deleted_at IS NULL ORDER BY advice.rowid DESC`,
    )
    .all()
    .flatMap(row => unlessDamaged(() => [readAdvice(row)], []))
}

/** A whole advice; throws `not-found`, and `library-damaged` when it cannot be read. */
export function getAdvice(database: Database, id: AdviceId): Advice {
  const row = database.prepare<[AdviceId], Row>('SELECT id, content FROM advice WHERE lower(id) = ?').get(id)
  if (!row) throw noSuchAdvice(id)
  return readAdvice(row)
}

function noSuchAdvice(id: AdviceId): Failure {
  return new Failure('not-found', `There is no answer ${id}.`, 'See which there are: folio-lab advise list')
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
