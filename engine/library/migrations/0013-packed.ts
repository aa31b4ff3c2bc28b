import type { Migration } from './migration.ts'

/**
 * Samples of complete runs, those of a case in one compressed row instead of one each. Runs from
 * before stay as they are.
 */
const table = `
  CREATE TABLE packed (
    case_id INTEGER PRIMARY KEY REFERENCES "case" (id) ON DELETE CASCADE,
    content BLOB NOT NULL
  ) STRICT;
`

export const packed: Migration = {
  version: 13,
  apply(database) {
    database.exec(table)
  },
}
