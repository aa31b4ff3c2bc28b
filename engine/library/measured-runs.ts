/**
 * Runs as comparisons need them, read case by case: of each sample only
 * what its value is made from.
 */
import { benchmarkOf } from '../contract/benchmark.ts'
import { Environment } from '../contract/environment.ts'
import { Plan } from '../contract/plan.ts'
import type { RunId } from '../contract/run.ts'
import { sampleValue, TaskResults } from '../contract/sample.ts'
import { readStoredJson } from '../contract/stored.ts'
import { clockOf, type Variant } from '../contract/variant.ts'
import type { Cell } from '../contract/case.ts'
import type { Loads } from '../statistics/disturbed.ts'
import { expandCells } from '../plan/expand-cells.ts'
import { readCase } from './case-samples.ts'
import type { Database } from './database.ts'
import { readLoads } from './loads.ts'
import type { MeasuredRun, SessionValue } from '../comparison/measured-run.ts'
import { runNotFound } from './run-not-found.ts'

/** Reads values of cases. `tasks` is read where values are made from it. */
export type ReadValues = (
  place: Readonly<{ runId: RunId; cellIndex: number; variantIndex: number }>,
  cell: Cell,
  variant: Variant,
) => SessionValue[]

type ValueRow = readonly [
  round: number,
  session: number,
  valid: number,
  elapsedNs: number,
  work: number,
  voidReason: string | null,
  tasks?: string,
]

const valueKeys = ['round', 'session', 'valid', 'elapsedNs', 'work', 'voidReason']

/** A reader of the values of cases, warm-up rounds left out, in the order of rounds. */
export function createReadValues(database: Database): ReadValues {
  return (place, { benchmark }, variant) => {
    const keys = benchmarkOf(benchmark).metric === 'throughput' ? [...valueKeys, 'tasks'] : valueKeys
    const clock = clockOf(variant)
    const rows = readCase<ValueRow>(database, place, keys, { isWarm: true })
    return rows.map(([round, session, valid, elapsedNs, work, voidReason, tasks]) => {
      const measured = sampleValue(benchmark, clock, {
        valid: valid === 1,
        elapsedNs,
        work,
        tasks:
          tasks === undefined ? [] : readStoredJson(TaskResults, tasks, `a sample of run ${place.runId}`),
      })
      return { round, session, measured, value: voidReason === null ? measured : null }
    })
  }
}

/** A run whose values are read when they are asked for, once; throws `not-found`. */
export function readMeasuredRun(database: Database, id: RunId): MeasuredRun {
  const row = database
    .prepare<[string], { label: string; kernelRelease: string; plan: string; environment: string }>(
      `SELECT label, kernel_release AS kernelRelease, plan, environment.content AS environment
       FROM run JOIN environment ON environment.id = run.environment_id WHERE run.id = ?`,
    )
    .get(id)
  if (!row) throw runNotFound(id)
  const plan = readStoredJson(Plan, row.plan, `the plan of run ${id}`)
  const cells = expandCells(plan)
  const readValues = createReadValues(database)
  const known = new Map<string, SessionValue[]>()
  let environment: Environment | null = null
  let loads: Loads | null = null
  return {
    id,
    label: row.label,
    kernelRelease: row.kernelRelease,
    plan,
    cells,
    /** Read when it is asked for: within one run there is nothing to hold it against. */
    get environment() {
      environment ??= readStoredJson(Environment, row.environment, `the environment of run ${id}`)
      return environment
    },
    get loads() {
      loads ??= readLoads(database, id)
      return loads
    },
    valuesOf,
  }

  function valuesOf(cellIndex: number, variantIndex: number): SessionValue[] {
    const [cell, variant] = [cells[cellIndex], plan.variants[variantIndex]]
    if (!cell || !variant) return []
    const key = `${cellIndex}/${variantIndex}`
    const values = known.get(key) ?? readValues({ runId: id, cellIndex, variantIndex }, cell, variant)
    known.set(key, values)
    return values
  }
}
