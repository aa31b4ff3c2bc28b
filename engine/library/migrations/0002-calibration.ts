import type { Migration } from './migration.ts'

/**
 * Calibrations: runs whose plan says so, and what their complete rounds showed, ln(second) −
 * ln(first), so that noise floors need not be computed from the samples each time. Empty for a
 * run until somebody asks.
 */
const tables = `
  ALTER TABLE run ADD COLUMN is_calibration INTEGER
    GENERATED ALWAYS AS (coalesce(json_extract(plan, '$.isCalibration'), 0)) VIRTUAL;
  CREATE INDEX run_calibration ON run (id) WHERE is_calibration;

  CREATE TABLE calibration (
    run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    cell_index INTEGER NOT NULL,
    round INTEGER NOT NULL,
    session INTEGER NOT NULL,
    log_ratio REAL NOT NULL,
    PRIMARY KEY (run_id, cell_index, round)
  ) STRICT, WITHOUT ROWID;
`

export const calibration: Migration = {
  version: 2,
  apply(database) {
    database.exec(tables)
  },
}
