import type { RunId } from '../contract/run.ts'
import type { Database } from './database.ts'

/** Replaces the note of a run; an empty text removes it. The run must exist. */
export function setNote(database: Database, runId: RunId, content: string): void {
  if (content === '') database.prepare<[string]>('DELETE FROM note WHERE run_id = ?').run(runId)
  else
    database
      .prepare<[object]>(
        `INSERT INTO note (run_id, content) VALUES (:runId, :content)
         ON CONFLICT (run_id) DO UPDATE SET content = excluded.content`,
      )
      .run({ runId, content })
}
