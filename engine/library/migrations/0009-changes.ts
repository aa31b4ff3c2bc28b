import type { Migration } from './migration.ts'

/**
 * What a run says of its variants against one of them, kept so that a question about
 * thousands of machines reads a few numbers of each and no samples. Everything here follows
 * from the rest of the library and may be thrown away at any time. `judged`: the runs and
 * baselines whose changes are known.
 */
const tables = `
  CREATE TABLE judged (
    run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    baseline_index INTEGER NOT NULL,
    PRIMARY KEY (run_id, baseline_index)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE change (
    run_id TEXT NOT NULL,
    baseline_index INTEGER NOT NULL,
    variant_index INTEGER NOT NULL,
    cell_index INTEGER NOT NULL,
    percent REAL,
    low REAL,
    high REAL,
    coverage REAL,
    family_low REAL,
    family_high REAL,
    n INTEGER NOT NULL,
    noise_floor_percent REAL,
    is_disturbed INTEGER NOT NULL CHECK (is_disturbed IN (0, 1)),
    PRIMARY KEY (run_id, baseline_index, variant_index, cell_index),
    FOREIGN KEY (run_id, baseline_index) REFERENCES judged (run_id, baseline_index) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
`

export const changes: Migration = {
  version: 9,
  apply(database) {
    database.exec(tables)
  },
}
