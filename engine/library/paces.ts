import type { BenchmarkName } from '../contract/benchmark.ts'
import type { TargetName } from '../contract/variant.ts'
import type { Pace } from '../plan/estimate.ts'
import type { Database } from './database.ts'

/** The pace of each benchmark and task count on a target, from the samples of the machine of the newest run. */
export function storedPaces(database: Database, target: TargetName): Pace[] {
  return database
    .prepare<[object], { benchmark: BenchmarkName; tasks: number; nsPerByte: number }>(
      `SELECT "case".benchmark, "case".tasks, avg(sample.round_trip_ns / "case".size_bytes) AS nsPerByte
       FROM sample
       JOIN "case" ON "case".id = sample.case_id
       JOIN variant USING (run_id, variant_index)
       JOIN run ON run.id = "case".run_id
       JOIN environment ON environment.id = run.environment_id
       WHERE variant.target = :target
         AND environment.machine_id = (
           SELECT machine_id FROM run JOIN environment ON environment.id = run.environment_id
           ORDER BY run.created_at DESC LIMIT 1)
       GROUP BY "case".benchmark, "case".tasks`,
    )
    .all({ target })
}
