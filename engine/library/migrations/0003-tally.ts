import type { Migration } from './migration.ts'

/**
 * How many samples each run has, kept while they are stored: to count millions
 * for a list takes seconds.
 */
const tables = `
  CREATE TABLE tally (
    run_id TEXT PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    samples INTEGER NOT NULL,
    invalid INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  INSERT INTO tally SELECT run_id, count(*), sum(NOT valid) FROM sample GROUP BY run_id;

  CREATE TRIGGER sample_counted AFTER INSERT ON sample BEGIN
    INSERT INTO tally (run_id, samples, invalid) VALUES (NEW.run_id, 1, NOT NEW.valid)
    ON CONFLICT (run_id) DO UPDATE SET samples = samples + 1, invalid = invalid + excluded.invalid;
  END;
`

export const tally: Migration = {
  version: 3,
  apply(database) {
    database.exec(tables)
  },
}
