import type { Migration } from './migration.ts'

/**
 * Why a valid sample counts for nothing, and what else ran while a cell was measured: sums over its
 * samples, kept while these are stored, apart for those that are void. Samples from before told
 * nothing of either. Programs of the form before know neither void samples nor the present order of
 * a run, and so must not resume one.
 */
const tables = `
  ALTER TABLE sample ADD COLUMN void_reason TEXT;

  DROP INDEX sample_values;
  CREATE INDEX sample_values ON sample (case_id, warmup, round, session, valid, elapsed_ns, work, tasks, void_reason);

  CREATE TABLE load (
    run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    cell_index INTEGER NOT NULL,
    is_void INTEGER NOT NULL CHECK (is_void IN (0, 1)),
    samples INTEGER NOT NULL,
    switched INTEGER NOT NULL,
    sample_ns REAL NOT NULL,
    processors_ns REAL NOT NULL,
    other_programs_ns REAL NOT NULL,
    stolen_ns REAL NOT NULL,
    PRIMARY KEY (run_id, cell_index, is_void)
  ) STRICT, WITHOUT ROWID;
`

export const disturbance: Migration = {
  version: 7,
  apply(database) {
    database.exec(tables)
  },
}
