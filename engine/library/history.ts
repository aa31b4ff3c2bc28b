/**
 * One case over all runs of a machine: its medians in the order in which they were measured, and
 * where their level changed.
 */
import { quantityOf } from '../contract/benchmark.ts'
import { Moment } from '../contract/bounds.ts'
import { Environment } from '../contract/environment.ts'
import type { History, HistoryPoint, HistoryRequest } from '../contract/history.ts'
import { readStoredJson, readStoredValue, unlessDamaged } from '../contract/stored.ts'
import { undisturbedOrAll } from '../contract/undisturbed.ts'
import { clockOf, Variant } from '../contract/variant.ts'
import { changePoints } from '../statistics/change-points.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import { caseCauses } from '../statistics/disturbed.ts'
import { isUsable, usableValues } from '../statistics/log-ratio.ts'
import { medianInterval } from '../statistics/median-interval.ts'
import { median } from '../statistics/quantile.ts'
import { kernelReleaseOf } from '../comparison/compare.ts'
import type { Database } from './database.ts'
import { readLoads } from './loads.ts'
import { createReadValues } from './measured-runs.ts'
import { inMeasuringOrder } from './measuring-order.ts'
import { placementColumns, placementOfRow, type PlacementRow } from './placements.ts'
import { runNotFound } from './run-not-found.ts'
import type { RunOrigin } from './run-origin.ts'
import { seriesKind } from '../comparison/variant-kind.ts'

type Origin = Readonly<{ machineId: number; machineName: string; variant: string }> & PlacementRow

type CaseRow = Readonly<{
  runId: string
  origin: RunOrigin
  runLabel: string
  at: number
  variantIndex: number
  variantLabel: string
  variant: string
  cellIndex: number
  kernelRelease: string
  agentVersion: string | null
}> &
  PlacementRow

/**
 * The history of a case; throws `not-found` when the variant that it is to be like does not exist.
 */
export function history(database: Database, { cell, like }: HistoryRequest): History {
  const origin = database
    .prepare<[object], Origin>(
      `SELECT machine.id AS machineId, machine.name AS machineName, variant.content AS variant,
              ${placementColumns}
       FROM variant JOIN run ON run.id = variant.run_id
       JOIN environment ON environment.id = run.environment_id
       JOIN machine ON machine.id = environment.machine_id
       WHERE variant.run_id = :runId AND variant_index = :variantIndex`,
    )
    .get(like)
  if (!origin) throw runNotFound(like.runId)
  const variant = readStoredJson(Variant, origin.variant, `run ${like.runId}`)
  const points = pointsOf(database, cell, origin.machineId, variant, placementOfRow(origin))
  return {
    cell,
    machineName: origin.machineName,
    quantity: quantityOf(cell.benchmark, clockOf(variant)),
    points,
    changes: changesOf(points),
  }
}

/** Where the level changed, of what nothing else has disturbed. */
function changesOf(points: readonly HistoryPoint[]): History['changes'] {
  const undisturbed = points.flatMap((point, index) => (point.disturbance === null ? [{ point, index }] : []))
  return changePoints(undisturbed.map(({ point }) => point.median)).flatMap(change => {
    const first = undisturbed[change.index]
    return first ? [{ ...change, index: first.index, runId: first.point.reference.runId }] : []
  })
}

function pointsOf(
  database: Database,
  cell: HistoryRequest['cell'],
  machineId: number,
  like: Variant,
  placement: string,
): HistoryPoint[] {
  const readValues = createReadValues(database)
  const kinds = new Map<string, Variant>() // thousands of cases have a handful of variants
  return casesOf(database, cell, machineId).flatMap(row => unlessDamaged(() => pointOf(row), []))

  function pointOf(row: CaseRow): HistoryPoint[] {
    const { runId, variantIndex, cellIndex } = row
    const variant = kinds.get(row.variant) ?? readStoredJson(Variant, row.variant, `run ${runId}`)
    kinds.set(row.variant, variant)
    if (seriesKind(variant) !== seriesKind(like)) return []
    // Counted instructions are the same on whatever processors they are counted.
    if (clockOf(like) === 'wall' && placementOfRow(row) !== placement) return []
    const values = readValues({ runId, cellIndex, variantIndex }, cell, variant)
    const undisturbed = usableValues(values)
    const all = values.map(({ measured }) => measured).filter(isUsable)
    if (all.length === 0) return []
    const usable = undisturbedOrAll(undisturbed, all)
    const causes = caseCauses(readLoads(database, runId), cellIndex, {
      undisturbed: undisturbed.length,
      all: all.length,
    })
    const found = medianInterval(usable, defaultConfidence)
    return [
      {
        reference: { runId, variantIndex },
        at: readStoredValue(Moment, row.at, `run ${runId}`),
        runLabel: row.runLabel,
        variantLabel: row.variantLabel,
        kernelRelease: variant.target === 'vm' ? guestRelease(database, row) : row.kernelRelease,
        agentVersion: row.agentVersion ?? '',
        n: usable.length,
        disturbance: causes.length === 0 ? null : causes.join(', '),
        median: found?.median ?? median(usable),
        interval: found && { low: found.low, high: found.high, coverage: found.coverage },
      },
    ]
  }
}

/** Every case of this cell that the machine has measured, the oldest first. */
function casesOf(
  database: Database,
  { benchmark, parameters }: HistoryRequest['cell'],
  machineId: number,
): CaseRow[] {
  const rows = database
    .prepare<[object], CaseRow>(
      `SELECT run.id AS runId, run.origin, run.label AS runLabel, run.created_at AS at, variant.variant_index AS variantIndex,
              variant.label AS variantLabel, variant.content AS variant, cell_index AS cellIndex,
              kernel_release AS kernelRelease,
              iif(json_valid(environment.content), environment.content ->> '$.agentVersion', NULL) AS agentVersion,
              ${placementColumns}
       FROM "case"
       JOIN variant USING (run_id, variant_index)
       JOIN run ON run.id = "case".run_id
       JOIN environment ON environment.id = run.environment_id
       WHERE benchmark = :benchmark AND size_bytes = :sizeBytes AND folio_bytes = :folioBytes AND tasks = :tasks
         AND machine_id = :machineId AND deleted_at IS NULL
       ORDER BY run.rowid, variant.variant_index`,
    )
    .all({ benchmark, ...parameters, machineId })
  return inMeasuringOrder(rows)
}

/** The kernel inside the virtual machine. */
function guestRelease(database: Database, { runId, variantIndex, kernelRelease }: CaseRow): string {
  const content = database
    .prepare<[string], string>(
      `SELECT environment.content FROM run JOIN environment ON environment.id = run.environment_id WHERE run.id = ?`,
    )
    .pluck()
    .get(runId)
  const environment = readStoredJson(Environment, content ?? null, `the environment of run ${runId}`)
  return kernelReleaseOf({ environment, kernelRelease }, variantIndex)
}
