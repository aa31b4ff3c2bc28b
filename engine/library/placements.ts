/** On which processors stored runs were measured. */
import * as z from 'zod'
import type { RunId } from '../contract/run.ts'
import { Facts } from '../contract/environment.ts'
import { placementOf } from '../machine/placement.ts'
import { prepared, type Database } from './database.ts'

/** Columns of `run` and `environment` from which `placementOfRow` follows, without the rest of plan and facts. */
export const placementColumns = `run.plan -> '$.cpus' AS cpus, environment.content -> '$.facts.scheduling' AS scheduling,
  environment.content ->> '$.facts.cpu.threads' AS threads`

export type PlacementRow = Readonly<{ cpus: string; scheduling: string | null; threads: number | null }>

const Cpus = z.array(z.int())

/** The placement in words, as comparisons name it. */
export function placementOfRow({ cpus, scheduling, threads }: PlacementRow): string {
  return placementOf(Cpus.parse(JSON.parse(cpus)), {
    cpu: { threads },
    scheduling: Facts.shape.scheduling.parse(scheduling === null ? undefined : JSON.parse(scheduling)),
  })
}

/** Where a run was measured; as usual when there is no such run. */
export function placementOfRun(database: Database, runId: RunId): string {
  const row = prepared<[string], PlacementRow>(
    database,
    `SELECT ${placementColumns} FROM run JOIN environment ON environment.id = run.environment_id WHERE run.id = ?`,
  ).get(runId)
  return row ? placementOfRow(row) : ''
}
