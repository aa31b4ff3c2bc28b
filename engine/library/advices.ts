import { Advice, type AdviceId } from '../contract/advice.ts'
import { Failure } from '../contract/failure.ts'
import { readStoredJson, unlessDamaged } from '../contract/stored.ts'
import type { Database } from './database.ts'

type Row = { content: string }

/** Stores a finished advice; its id must be new. */
export function insertAdvice(database: Database, advice: Advice): void {
  database
    .prepare<[object]>('INSERT INTO advice (id, created_at, content) VALUES (:id, :createdAt, :content)')
    .run({ id: advice.id, createdAt: advice.createdAt, content: JSON.stringify(advice) })
}

/** All stored advices that can be read, the newest first. */
export function listAdvices(database: Database): Advice[] {
  return database
    .prepare<[], Row>('SELECT content FROM advice ORDER BY rowid DESC')
    .all()
    .flatMap(row => unlessDamaged(() => [readAdvice(row)], []))
}

export function getAdvice(database: Database, id: AdviceId): Advice {
  const row = database.prepare<[AdviceId], Row>('SELECT content FROM advice WHERE id = ?').get(id)
  if (!row) throw new Failure('not-found', `There is no advice ${id}.`, 'Ask the advisor again.')
  return readAdvice(row)
}

function readAdvice({ content }: Row): Advice {
  return readStoredJson(Advice, content, 'an advice')
}
