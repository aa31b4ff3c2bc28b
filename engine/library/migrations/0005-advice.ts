import type { Migration } from './migration.ts'

/**
 * Finished advices, each whole as JSON: they are read as they were concluded, never computed again.
 */
const tables = `
  CREATE TABLE advice (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX advice_created ON advice (created_at);
`

export const advice: Migration = {
  version: 5,
  apply(database) {
    database.exec(tables)
  },
}
