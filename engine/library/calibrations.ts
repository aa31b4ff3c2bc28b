/**
 * The A/A rounds of calibrations: what one variant, measured under two
 * labels, showed against itself.
 */
import type { Cell } from '../contract/case.ts'
import { Moment } from '../contract/bounds.ts'
import type { RunId } from '../contract/run.ts'
import { readStoredJson, readStoredValue, unlessDamaged } from '../contract/stored.ts'
import type { Timestamp } from '../contract/units.ts'
import { Variant } from '../contract/variant.ts'
import { pairedLogRatios } from '../statistics/log-ratio.ts'
import { withinSession } from '../comparison/compare.ts'
import type { Database } from './database.ts'
import { groupBy } from '../comparison/group-by.ts'
import { readMeasuredRun } from './measured-runs.ts'
import { inMeasuringOrder } from './measuring-order.ts'
import { placementColumns, placementOfRow, type PlacementRow } from './placements.ts'
import type { RunOrigin } from './run-origin.ts'

/** One cell of one calibration. */
export type CalibratedCell = Readonly<{
  runId: RunId
  at: Timestamp
  variant: Variant
  /** On which processors it was measured, in words. */
  placement: string
  cellIndex: number
  cell: Cell
}>

/**
 * The cells that calibrations on a machine have measured, the oldest first. Deleted runs do not
 * count, nor do imported ones that the user has not said to: anybody may have written a file and
 * this machine's name into it.
 */
export function calibratedCells(database: Database, machineId: number): CalibratedCell[] {
  completeCalibrations(database)
  const rows = database
    .prepare<[number], CellRow>(
      `SELECT run.id AS runId, run.origin, run.created_at AS at, variant.content AS variant, cell_index AS cellIndex, benchmark,
              size_bytes AS sizeBytes, folio_bytes AS folioBytes, tasks, ${placementColumns}
       FROM run INDEXED BY run_calibration -- else all runs of the machine are read for the few that are calibrations
       JOIN environment ON environment.id = run.environment_id
       JOIN variant ON variant.run_id = run.id AND variant.variant_index = 0
       JOIN "case" ON "case".run_id = run.id AND "case".variant_index = 0
       WHERE run.is_calibration AND run.status <> 'running' AND run.deleted_at IS NULL
         AND run.origin <> 'imported' AND machine_id = ?
       ORDER BY run.rowid, cell_index`,
    )
    .all(machineId)
  return inMeasuringOrder(rows).flatMap(row => unlessDamaged(() => [cellOf(row)], []))
}

function cellOf({
  runId,
  origin: _,
  at,
  variant,
  cellIndex,
  benchmark,
  cpus,
  scheduling,
  threads,
  ...parameters
}: CellRow): CalibratedCell {
  const what = `calibration ${runId}`
  return {
    runId,
    at: readStoredValue(Moment, at, what),
    variant: readStoredJson(Variant, variant, what),
    placement: placementOfRow({ cpus, scheduling, threads }),
    cellIndex,
    cell: { benchmark, parameters },
  }
}

type CellRow = Readonly<{ runId: RunId; origin: RunOrigin; at: number; variant: string; cellIndex: number }> &
  PlacementRow &
  Pick<Cell, 'benchmark'> &
  Cell['parameters']

/** The log ratios of a cell's rounds in their order, a list for each session of the run. */
export function calibrationRatios(
  database: Database,
  { runId, cellIndex }: Pick<CalibratedCell, 'runId' | 'cellIndex'>,
): number[][] {
  const rows = database
    .prepare<[string, number], readonly [session: number, logRatio: number]>(
      'SELECT session, log_ratio FROM calibration WHERE run_id = ? AND cell_index = ? ORDER BY round',
    )
    .raw()
    .all(runId, cellIndex)
  return [...groupBy(rows, ([session]) => session).values()].map(group => group.map(([, ratio]) => ratio))
}

/** A calibration that goes on is computed again when it has ended again. */
export function forgetCalibration(database: Database, runId: RunId): void {
  database.prepare<[string]>('DELETE FROM calibration WHERE run_id = ?').run(runId)
}

/** Computes what calibrations that have ended since the last time have shown. */
function completeCalibrations(database: Database): void {
  const open = database
    .prepare<[], RunId>(
      `SELECT id FROM run WHERE is_calibration AND status <> 'running' AND origin <> 'imported'
       AND NOT EXISTS (SELECT 1 FROM calibration WHERE run_id = run.id)`,
    )
    .pluck()
    .all()
  for (const id of open)
    unlessDamaged(() => database.transaction(() => storeRounds(database, id)).immediate(), undefined)
}

function storeRounds(database: Database, runId: RunId): void {
  const run = readMeasuredRun(database, runId)
  const insert = database.prepare<[object]>(
    `INSERT INTO calibration (run_id, cell_index, round, session, log_ratio)
     VALUES (:runId, :cellIndex, :round, :session, :logRatio)
     ON CONFLICT DO NOTHING`, // another process of the lab may have been faster
  )
  run.cells.forEach((_, cellIndex) => {
    const [first, second] = [run.valuesOf(cellIndex, 0), run.valuesOf(cellIndex, 1)]
    const sessions = new Map(first.map(({ round, session }) => [round, session]))
    for (const { round, logRatio } of pairedLogRatios(first, withinSession(first, second)).ratios)
      insert.run({ runId, cellIndex, round, session: sessions.get(round) ?? 0, logRatio })
  })
}
