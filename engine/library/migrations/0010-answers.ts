import { Advice } from '../../contract/advice.ts'
import { unlessDamaged, readStoredJson } from '../../contract/stored.ts'
import { insertAnswer } from '../answers.ts'
import type { Migration } from './migration.ts'

/**
 * What each advice says, of which machine, without what it rests on: an atlas reads
 * thousands of answers. `is_imported`: from a file of somebody else, so that it is no
 * advice of this library's own machines.
 */
const tables = `
  CREATE TABLE answer (
    advice_id TEXT PRIMARY KEY REFERENCES advice (id) ON DELETE CASCADE,
    machine_id INTEGER NOT NULL REFERENCES machine (id),
    is_imported INTEGER NOT NULL CHECK (is_imported IN (0, 1)),
    question TEXT NOT NULL,
    verdict TEXT NOT NULL,
    returns TEXT NOT NULL,
    sentence TEXT NOT NULL,
    created_at REAL NOT NULL,
    kernel_release TEXT NOT NULL,
    vendor TEXT,
    family INTEGER,
    model INTEGER,
    cpu TEXT
  ) STRICT;
  CREATE INDEX answer_machine ON answer (machine_id);
`

export const answers: Migration = {
  version: 10,
  apply(database) {
    database.exec(tables)
    const stored = database.prepare<[], string>('SELECT content FROM advice ORDER BY rowid').pluck().all()
    for (const content of stored)
      unlessDamaged(() => insertAnswer(database, readStoredJson(Advice, content, 'an advice'), false), null)
  },
}
