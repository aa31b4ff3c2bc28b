import type { BenchmarkName } from '../contract/benchmark.ts'
import type { TargetName } from '../contract/variant.ts'
import type { Pace } from '../plan/estimate.ts'
import type { Database } from './database.ts'

/** Of each benchmark and task count so many cases are looked at, the newest first: enough for an average, quick to read. */
const casesLookedAt = 16

/** The pace of each benchmark and task count on a target, from the newest samples of the machine of the newest run. */
export function storedPaces(database: Database, target: TargetName): Pace[] {
  return database
    .prepare<[object], { benchmark: BenchmarkName; tasks: number; nsPerByte: number }>(
      `WITH newest AS (
         SELECT "case".id, benchmark, tasks, size_bytes,
                row_number() OVER (PARTITION BY benchmark, tasks ORDER BY run.created_at DESC) AS age
         FROM run
         JOIN environment ON environment.id = run.environment_id
         JOIN variant ON variant.run_id = run.id
         JOIN "case" USING (run_id, variant_index)
         WHERE variant.target = :target
           AND environment.machine_id = (
             SELECT machine_id FROM run JOIN environment ON environment.id = run.environment_id
             ORDER BY run.created_at DESC LIMIT 1))
       SELECT benchmark, newest.tasks, avg(sample.round_trip_ns / size_bytes) AS nsPerByte
       FROM newest JOIN sample ON sample.case_id = newest.id
       WHERE age <= :casesLookedAt
       GROUP BY benchmark, newest.tasks`,
    )
    .all({ target, casesLookedAt })
}
