import { Advice } from '../contract/advice.ts'
import type { Database } from './database.ts'

/** Stores a finished advice; its id must be new. */
export function insertAdvice(database: Database, advice: Advice): void {
  database
    .prepare<[object]>('INSERT INTO advice (id, created_at, content) VALUES (:id, :createdAt, :content)')
    .run({ id: advice.id, createdAt: advice.createdAt, content: JSON.stringify(advice) })
}

/** All stored advices, the newest first. */
export function listAdvices(database: Database): Advice[] {
  return database
    .prepare<[], { content: string }>('SELECT content FROM advice ORDER BY created_at DESC, id')
    .all()
    .map(({ content }) => Advice.parse(JSON.parse(content)))
}
