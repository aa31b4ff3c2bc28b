import type { Migration } from './migration.ts'

/**
 * Where a run is from: measured by this lab, or imported from a file, whose calibration counts only
 * where the user says so. And a plan that has been damaged is no calibration, instead of an error
 * of every statement that touches its run.
 */
const tables = `
  DROP INDEX run_calibration;
  ALTER TABLE run DROP COLUMN is_calibration;
  UPDATE run SET plan = json_quote(plan) WHERE NOT json_valid(plan); -- else no column can be added
  ALTER TABLE run ADD COLUMN is_calibration INTEGER
    GENERATED ALWAYS AS (CASE WHEN json_valid(plan) THEN coalesce(plan ->> '$.isCalibration', 0) = 1 ELSE 0 END) VIRTUAL;
  CREATE INDEX run_calibration ON run (id) WHERE is_calibration;

  ALTER TABLE run ADD COLUMN origin TEXT NOT NULL DEFAULT 'measured'
    CHECK (origin IN ('measured', 'imported', 'imported-calibration'));
`

export const origin: Migration = {
  version: 6,
  apply(database) {
    database.exec(tables)
  },
}
