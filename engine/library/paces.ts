import type { RunId } from '../contract/run.ts'
import type { TargetName } from '../contract/variant.ts'
import type { Pace } from '../plan/estimate.ts'
import { groupBy } from '../comparison/group-by.ts'
import { readCase } from './case-samples.ts'
import type { Database } from './database.ts'

/** Enough for an average, and quick to read whatever the library holds. */
const runsLookedAt = 100
const casesLookedAt = 16 // of each benchmark, folio size and task count, the newest first

type CaseRow = Readonly<{ runId: RunId; cellIndex: number; variantIndex: number; sizeBytes: number }> &
  Omit<Pace, 'nsPerByte'>

/**
 * The pace of each benchmark, folio size and task count on a target, from the newest samples of a
 * machine; null: one that has measured nothing.
 */
export function storedPaces(database: Database, machineId: number | null, target: TargetName): Pace[] {
  const cases = database
    .prepare<[object], CaseRow>(
      `WITH recent AS (
         SELECT run.id, run.rowid AS place
         FROM run
         JOIN environment ON environment.id = run.environment_id
         JOIN variant ON variant.run_id = run.id AND variant_index = 0
         WHERE variant.target = :target
           AND machine_id = :machineId
         ORDER BY run.rowid DESC LIMIT :runsLookedAt
       ), newest AS (
         SELECT run_id AS runId, cell_index AS cellIndex, variant_index AS variantIndex, benchmark,
                folio_bytes AS folioBytes, tasks, size_bytes AS sizeBytes,
                row_number() OVER (
                  PARTITION BY benchmark, folio_bytes, tasks ORDER BY place DESC) AS age
         FROM recent JOIN "case" ON "case".run_id = recent.id
       )
       SELECT runId, cellIndex, variantIndex, benchmark, folioBytes, tasks, sizeBytes
       FROM newest WHERE age <= :casesLookedAt`,
    )
    .all({ target, machineId, runsLookedAt, casesLookedAt })
  const alike = groupBy(cases, ({ benchmark, folioBytes, tasks }) => `${benchmark} ${folioBytes} ${tasks}`)
  return [...alike.values()].flatMap(same => paceOf(database, same))
}

/**
 * From the samples of cases that are alike but for the size of the region; none where there are
 * none.
 */
function paceOf(database: Database, cases: readonly CaseRow[]): Pace[] {
  const [first] = cases
  const all = cases.flatMap(({ sizeBytes, ...place }) =>
    readCase<readonly [roundTripNs: number]>(database, place, ['roundTripNs'], { isWarm: false }).map(
      ([roundTripNs]) => roundTripNs / sizeBytes,
    ),
  )
  if (!first || all.length === 0) return []
  const nsPerByte = all.reduce((sum, one) => sum + one, 0) / all.length
  const { benchmark, folioBytes, tasks } = first
  return [{ benchmark, folioBytes, tasks, nsPerByte }]
}
