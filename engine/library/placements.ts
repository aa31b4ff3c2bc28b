/** On which processors stored runs were measured. */
import type { RunId } from '../contract/run.ts'
import { Facts } from '../contract/environment.ts'
import { Plan } from '../contract/plan.ts'
import { readStoredJson } from '../contract/stored.ts'
import { placementOf } from '../machine/placement.ts'
import type { Database } from './database.ts'

/**
 * Columns of `run` and `environment` from which `placementOfRow` follows, without
 * the rest of plan and facts.
 */
export const placementColumns = `
  iif(json_valid(run.plan), run.plan -> '$.cpus', NULL) AS cpus,
  iif(json_valid(environment.content), environment.content -> '$.facts.scheduling', NULL) AS scheduling,
  iif(json_valid(environment.content), environment.content ->> '$.facts.cpu.threads', NULL) AS threads`

export type PlacementRow = Readonly<{
  cpus: string | null
  scheduling: string | null
  threads: number | null
}>

/** The placement in words, as comparisons name it. */
export function placementOfRow({ cpus, scheduling, threads }: PlacementRow): string {
  return placementOf(readStoredJson(Plan.shape.cpus, cpus, 'a plan'), {
    cpu: { threads },
    scheduling:
      scheduling === null
        ? Facts.shape.scheduling.parse(undefined)
        : readStoredJson(Facts.shape.scheduling, scheduling, 'an environment'),
  })
}

/** Where a run was measured; as usual when there is no such run. */
export function placementOfRun(database: Database, runId: RunId): string {
  const row = database
    .prepare<[string], PlacementRow>(
      `SELECT ${placementColumns} FROM run JOIN environment ON environment.id = run.environment_id WHERE run.id = ?`,
    )
    .get(runId)
  return row ? placementOfRow(row) : ''
}
