/**
 * Changes of runs against one of their own variants: computed once from the samples,
 * then read from the database.
 */
import { cellKey } from '../contract/case.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import { defaultThresholdPercent } from '../statistics/verdict.ts'
import { compareRuns, type Knowledge } from '../comparison/compare.ts'
import type { Database } from './database.ts'
import { readMeasuredRun } from './measured-runs.ts'
import { changesContent, changesIn, type StoredChange } from './stored-changes.ts'

/**
 * Throws the changes of a run away, and with those of a calibration those of its machine, whose
 * noise floor was another.
 */
export function forgetChanges(database: Database, id: RunId): void {
  database
    .prepare<[object]>(
      `DELETE FROM judged WHERE run_id = :id OR run_id IN (
         SELECT other.id FROM run
         JOIN environment AS own ON own.id = run.environment_id
         JOIN environment AS its ON its.machine_id = own.machine_id
         JOIN run AS other ON other.environment_id = its.id
         WHERE run.id = :id AND run.is_calibration)`,
    )
    .run({ id })
}

type Place = Readonly<{ runId: RunId; baselineIndex: number }>

/**
 * The changes of some variants of a run against another, of those that can be compared with it;
 * those of all are computed and stored where they are not known. `canStore`: whether the
 * library may be written to.
 */
export function changesOf(
  database: Database,
  { variants, ...place }: Place & Readonly<{ variants: readonly number[] }>,
  knowledge: () => Knowledge,
  canStore: boolean,
): StoredChange[] {
  const content = database
    .prepare<[object], Buffer>(
      'SELECT changes FROM judged WHERE run_id = :runId AND baseline_index = :baselineIndex',
    )
    .pluck()
    .get(place)
  const known = content === undefined ? null : changesIn(content, variants)
  if (known !== null) return known
  const found = computeChanges(database, place, knowledge())
  if (canStore) storeChanges(database, place, found)
  return found.filter(({ variantIndex }) => variants.includes(variantIndex))
}

/**
 * Each variant by itself: one that was measured differently hides no other. The family
 * is all of them together.
 */
function computeChanges(
  database: Database,
  { runId, baselineIndex }: Place,
  knowledge: Knowledge,
): StoredChange[] {
  const run = readMeasuredRun(database, runId)
  const runs = new Map([[runId, run]])
  const baseline = { runId, variantIndex: baselineIndex }
  const choices = {
    confidence: defaultConfidence,
    thresholdPercent: defaultThresholdPercent,
    insist: false,
  }
  const comparable = run.plan.variants
    .map((_, variantIndex) => ({ runId, variantIndex }))
    .filter(
      variant =>
        variant.variantIndex !== baselineIndex &&
        canCompare(() => compareRuns({ baseline, variants: [variant], ...choices }, runs, knowledge)),
    )
  if (comparable.length === 0) return []
  const places = new Map(run.cells.map((cell, cellIndex) => [cellKey(cell), cellIndex]))
  const { rows } = compareRuns({ baseline, variants: comparable, ...choices }, runs, knowledge)
  return rows.map(row => ({
    cellIndex: places.get(cellKey(row.cell)) ?? 0,
    variantIndex: row.variant.variantIndex,
    percent: row.percent,
    low: row.low,
    high: row.high,
    coverage: row.coverage,
    family: row.family,
    n: row.n,
    noiseFloorPercent: row.noiseFloorPercent,
    isDisturbed: row.verdict === 'disturbed',
  }))
}

function canCompare(compare: () => unknown): boolean {
  try {
    compare()
    return true
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-comparable') return false
    throw error
  }
}

function storeChanges(database: Database, place: Place, found: readonly StoredChange[]): void {
  database
    .prepare<[object]>(
      `INSERT OR REPLACE INTO judged (run_id, baseline_index, changes)
       VALUES (:runId, :baselineIndex, :changes)`,
    )
    .run({ ...place, changes: changesContent(found) })
}
