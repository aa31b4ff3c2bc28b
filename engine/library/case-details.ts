/**
 * What is behind one cell of a comparison: every sample of both sides, and
 * the rounds that pair them.
 */
import { quantityOf } from '../contract/benchmark.ts'
import type { CaseDetails, CaseDetailsRequest, CaseSample, CaseSide } from '../contract/case-details.ts'
import type { Cell } from '../contract/case.ts'
import type { VariantReference } from '../contract/comparison.ts'
import { Failure } from '../contract/failure.ts'
import type { RunId } from '../contract/run.ts'
import { Measurement, sampleValue, shownFigures, TaskResults } from '../contract/sample.ts'
import { readStoredJson } from '../contract/stored.ts'
import { undisturbedOrAll } from '../contract/undisturbed.ts'
import { clockOf, type Variant } from '../contract/variant.ts'
import { isUsable, pairedLogRatios, percentChange } from '../statistics/log-ratio.ts'
import { flagOutliers } from '../statistics/outliers.ts'
import { summarise } from '../statistics/summary.ts'
import { describeVariant, matchingCell, withinSession } from '../comparison/compare.ts'
import type { Database } from './database.ts'
import { disturbancesOf } from '../comparison/disturbances.ts'
import type { MeasuredRun, SessionValue } from '../comparison/measured-run.ts'
import { readCase } from './case-samples.ts'
import { readMeasuredRun } from './measured-runs.ts'

/** Reads both sides of a cell; throws `not-found` when one was not measured. */
export function caseDetails(
  database: Database,
  { cell, baseline, variant }: CaseDetailsRequest,
): CaseDetails {
  const ids = new Set([baseline.runId, ...(variant ? [variant.runId] : [])])
  const runs = new Map([...ids].map(id => [id, readMeasuredRun(database, id)]))
  const before = sideOf(database, runs, baseline, cell)
  const after = variant && sideOf(database, runs, variant, cell)
  const isPaired = variant?.runId === baseline.runId && before.quantity !== 'instructions'
  return {
    cell,
    baseline: before,
    variant: after,
    pairs: after && isPaired ? pairsOf(before.samples, after.samples) : [],
  }
}

function sideOf(
  database: Database,
  runs: ReadonlyMap<RunId, MeasuredRun>,
  reference: VariantReference,
  cell: Cell,
): CaseSide {
  const described = describeVariant(reference, runs)
  const { variant } = described
  const cellIndex = matchingCell(cell, runs.get(reference.runId)?.cells ?? [])
  const rows = readSamples(database, { ...reference, cellIndex })
  const values = rows.map(row => valueOf(row, cell, variant))
  const valid = rows.flatMap((row, index) => {
    const value = values[index]
    return row.warmup === 0 && isUsable(value) ? [{ row, value }] : []
  })
  const entering = undisturbedOrAll(
    valid.filter(({ row }) => row.voidReason === null),
    valid,
  )
  const causes = disturbancesOf(
    entering.map(({ row }) => readStoredJson(Measurement.shape.counters, row.counters, 'a sample')),
  )
  const summary = summarise(entering.map(({ value }, index) => ({ value, cause: causes[index] ?? null })))
  const flags = new Map(
    summary?.outliers.map(({ index, deviations, isExtreme, isBeyondFences, cause }) => [
      entering[index]?.row,
      { deviations, isExtreme, isBeyondFences, cause },
    ]),
  )
  return {
    variant: described,
    quantity: quantityOf(cell.benchmark, clockOf(variant)),
    samples: rows.map((row, index) => {
      const { scheduleIndex, round, block, session, startedAt, warmup, valid, reason, voidReason } = row
      return {
        ...{ scheduleIndex, round, block, session, startedAt, reason, voidReason },
        warmup: warmup === 1,
        valid: valid === 1,
        value: values[index] ?? null,
        outlier: flags.get(row) ?? null,
        figures: figuresOf(row),
      }
    }),
    summary,
  }
}

function figuresOf(row: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    shownFigures.flatMap(({ key }) => {
      const value = row[key]
      return typeof value === 'number' ? [[key, value]] : []
    }),
  )
}

type Row = Omit<CaseSample, 'warmup' | 'valid' | 'value' | 'outlier' | 'figures'> &
  Readonly<{
    warmup: number
    valid: number
    elapsedNs: number
    work: number
    tasks: string
    counters: string
  }>

const rowKeys = [
  ...['scheduleIndex', 'round', 'block', 'session', 'startedAt', 'warmup', 'valid', 'reason'],
  ...['elapsedNs', 'work', 'tasks', 'counters', 'voidReason'],
  ...shownFigures.map(({ key }) => key),
]

/**
 * The samples of a case in the order of the schedule; throws `not-found` when
 * the run has no such case.
 */
function readSamples(database: Database, place: VariantReference & Readonly<{ cellIndex: number }>): Row[] {
  if (place.cellIndex < 0)
    throw new Failure(
      'not-found',
      `The run ${place.runId} has not measured this benchmark.`,
      'Choose a cell that both runs have.',
    )
  return readCase<readonly unknown[]>(database, place, rowKeys, { isWarm: false })
    .map(row => Object.fromEntries(rowKeys.map((key, index) => [key, row[index]])) as Row)
    .sort((one, other) => one.scheduleIndex - other.scheduleIndex)
}

function valueOf({ valid, elapsedNs, work, tasks }: Row, { benchmark }: Cell, variant: Variant) {
  return sampleValue(benchmark, clockOf(variant), {
    valid: valid === 1,
    elapsedNs,
    work,
    tasks: readStoredJson(TaskResults, tasks, 'a sample'),
  })
}

function pairsOf(baseline: readonly CaseSample[], variant: readonly CaseSample[]): CaseDetails['pairs'] {
  const { ratios } = pairedLogRatios(measured(baseline), withinSession(measured(baseline), measured(variant)))
  const outliers = new Set(
    flagOutliers(ratios.map(({ logRatio }) => ({ value: logRatio }))).map(({ index }) => index),
  )
  return ratios.map(({ round, logRatio }, index) => ({
    round,
    logRatio,
    percent: percentChange(logRatio),
    isOutlier: outliers.has(index),
  }))
}

function measured(samples: readonly CaseSample[]): SessionValue[] {
  return samples
    .filter(({ warmup }) => !warmup)
    .map(({ round, session, value, voidReason }) => ({
      round,
      session,
      measured: value,
      value: voidReason === null ? value : null,
    }))
}
