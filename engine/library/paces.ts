import type { TargetName } from '../contract/variant.ts'
import type { Pace } from '../plan/estimate.ts'
import type { Database } from './database.ts'

/** Enough for an average, and quick to read whatever the library holds. */
const runsLookedAt = 100
const casesLookedAt = 16 // of each benchmark, folio size and task count, the newest first

/**
 * The pace of each benchmark, folio size and task count on a target, from the newest samples of the
 * machine of the newest run.
 */
export function storedPaces(database: Database, target: TargetName): Pace[] {
  return database
    .prepare<[object], Pace>(
      `WITH recent AS (
         SELECT run.id, run.rowid AS place
         FROM run
         JOIN environment ON environment.id = run.environment_id
         JOIN variant ON variant.run_id = run.id AND variant_index = 0
         WHERE variant.target = :target
           AND machine_id = (
             SELECT machine_id FROM run JOIN environment ON environment.id = run.environment_id
             WHERE origin = 'measured' ORDER BY run.rowid DESC LIMIT 1)
         ORDER BY run.rowid DESC LIMIT :runsLookedAt
       ), newest AS (
         SELECT "case".id, benchmark, folio_bytes, tasks, size_bytes,
                row_number() OVER (
                  PARTITION BY benchmark, folio_bytes, tasks ORDER BY place DESC) AS age
         FROM recent JOIN "case" ON "case".run_id = recent.id
       )
       SELECT benchmark, folio_bytes AS folioBytes, newest.tasks, avg(sample.round_trip_ns / size_bytes) AS nsPerByte
       FROM newest JOIN sample ON sample.case_id = newest.id
       WHERE age <= :casesLookedAt
       GROUP BY benchmark, folio_bytes, newest.tasks`,
    )
    .all({ target, runsLookedAt, casesLookedAt })
}
