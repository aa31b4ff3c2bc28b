import type { Database } from '../database.ts'
import { changesContent, type StoredChange } from '../stored-changes.ts'
import type { Migration } from './migration.ts'

/**
 * The changes of a run are one value instead of a row each: an atlas of ten thousand machines reads
 * hundreds of thousands.
 */
export const judgedChanges: Migration = {
  version: 14,
  apply(database) {
    database.exec(`
      ALTER TABLE judged RENAME TO judged_before;
      CREATE TABLE judged (
        run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        baseline_index INTEGER NOT NULL,
        changes BLOB NOT NULL,
        PRIMARY KEY (run_id, baseline_index)
      ) STRICT;
    `)
    copyChanges(database)
    database.exec('DROP TABLE change; DROP TABLE judged_before;')
  },
}

type Judged = Readonly<{ runId: string; baselineIndex: number }>
type Row = Omit<StoredChange, 'family' | 'isDisturbed'> &
  Readonly<{ familyLow: number | null; familyHigh: number | null; isDisturbed: number }>

function copyChanges(database: Database): void {
  const judged = database
    .prepare<[], Judged>('SELECT run_id AS runId, baseline_index AS baselineIndex FROM judged_before')
    .all()
  const changes = database.prepare<[object], Row>(
    `SELECT cell_index AS cellIndex, variant_index AS variantIndex, percent, low, high, coverage,
            family_low AS familyLow, family_high AS familyHigh, n, noise_floor_percent AS noiseFloorPercent,
            is_disturbed AS isDisturbed
     FROM change WHERE run_id = :runId AND baseline_index = :baselineIndex`,
  )
  const insert = database.prepare<[object]>(
    'INSERT INTO judged (run_id, baseline_index, changes) VALUES (:runId, :baselineIndex, :changes)',
  )
  for (const place of judged) {
    const found = changes
      .all(place)
      .map(({ familyLow: low, familyHigh: high, isDisturbed, ...change }): StoredChange => ({
        ...change,
        family: low === null || high === null ? null : { low, high, coverage: null },
        isDisturbed: isDisturbed === 1,
      }))
    insert.run({ ...place, changes: changesContent(found) })
  }
}
