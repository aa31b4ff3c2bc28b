/** What stored runs say about each other: from samples to rows of percent change. Pure. */
import { benchmarkOf } from '../contract/benchmark.ts'
import { cellKey, type Cell } from '../contract/case.ts'
import type {
  CompareRequest,
  Comparison,
  ComparisonRow,
  ComparisonVariant,
  VariantReference,
} from '../contract/comparison.ts'
import { Failure } from '../contract/failure.ts'
import type { Run, RunId } from '../contract/run.ts'
import { sampleValue } from '../contract/sample.ts'
import { formatScaled, scaleFor } from '../contract/value-text.ts'
import { clockOf, type Variant } from '../contract/variant.ts'
import { environmentDifferences } from '../machine/environment-difference.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import {
  comparePaired,
  compareUnpaired,
  type Comparison as StatisticalComparison,
  type ComparisonOptions,
} from '../statistics/comparison.ts'
import { compareExact, type CountGroup } from '../statistics/exact-comparison.ts'
import { isUsable, type RoundValue } from '../statistics/log-ratio.ts'
import { median } from '../statistics/quantile.ts'
import { warningWords } from '../statistics/words.ts'

/** A variant with the run it was measured in. */
type Side = Readonly<{ reference: VariantReference; run: Run; variant: Variant }>

type SessionValue = RoundValue & Readonly<{ session: number }>

/**
 * Percent change of each variant against the baseline, for every cell that both measured. Variants of one run are paired
 * round by round; runs are compared unpaired. Throws `not-comparable` when nothing was measured alike.
 */
export function compareRuns(request: CompareRequest, runs: ReadonlyMap<RunId, Run>): Comparison {
  const baseline = sideOf(request.baseline, runs)
  const variants = request.variants.map(reference => sideOf(reference, runs))
  for (const variant of variants) refuseOtherWork(baseline, variant)
  const rows = variants.flatMap(variant => rowsOf(baseline, variant, request.confidence))
  if (rows.length === 0)
    throw new Failure(
      'not-comparable',
      'No benchmark was measured with equal size, folio size and tasks on both sides.',
      'Choose runs with the same parameters, or run the missing cases.',
    )
  const shown = new Set(rows.map(row => cellKey(row.cell)))
  return {
    baseline: describe(baseline),
    variants: variants.map(describe),
    cells: baseline.run.cells.filter(cell => shown.has(cellKey(cell))),
    rows,
    differences: variants
      .filter(variant => variant.run !== baseline.run)
      .flatMap(variant => environmentDifferences(baseline.run.environment, variant.run.environment)),
  }
}

/** The variants of one run against its first; null when it has a single one. */
export function compareWithin(run: Run): Comparison | null {
  const [baseline, ...variants] = run.plan.variants.map((_, variantIndex) => ({
    runId: run.summary.id,
    variantIndex,
  }))
  if (!baseline || variants.length === 0) return null
  return compareRuns({ baseline, variants, confidence: defaultConfidence }, new Map([[run.summary.id, run]]))
}

function sideOf(reference: VariantReference, runs: ReadonlyMap<RunId, Run>): Side {
  const run = runs.get(reference.runId)
  const variant = run?.plan.variants[reference.variantIndex]
  if (run && variant) return { reference, run, variant }
  throw new Failure(
    'not-found',
    `The run ${reference.runId} has no variant ${reference.variantIndex}.`,
    'Choose a variant of a stored run.',
  )
}

function refuseOtherWork(baseline: Side, variant: Side): void {
  const [one, other] = [workOf(baseline.variant), workOf(variant.variant)]
  if (one === other) return
  throw new Failure(
    'not-comparable',
    `“${baseline.variant.label}” measured ${one}, “${variant.variant.label}” measured ${other}.`,
    'Compare variants that did the same work.',
  )
}

/** What was executed, in words; kernels do the same work wherever they run. */
function workOf(variant: Variant): string {
  if (variant.target === 'model') return `the model with ${variant.work} work`
  return clockOf(variant) === 'instructions' ? 'the instructions of a kernel' : 'a kernel'
}

function describe({ reference, run, variant }: Side): ComparisonVariant {
  return {
    reference,
    variant,
    runLabel: run.summary.label,
    kernelRelease: kernelReleaseOf(run, reference.variantIndex),
  }
}

/** The kernel that a variant ran on: in a virtual machine its own. */
function kernelReleaseOf(run: Run, variantIndex: number): string {
  const guest = run.environment.guests?.find(other => other.variantIndex === variantIndex)
  return guest?.facts.kernel.release ?? run.summary.kernelRelease
}

function rowsOf(baseline: Side, variant: Side, confidence: number): ComparisonRow[] {
  const measured = new Set(variant.run.cells.map(cellKey))
  return baseline.run.cells
    .filter(cell => measured.has(cellKey(cell)))
    .map(cell => rowOf(baseline, variant, cell, confidence))
}

function rowOf(baseline: Side, variant: Side, cell: Cell, confidence: number): ComparisonRow {
  const from = valuesOf(baseline, cell)
  const to = valuesOf(variant, cell)
  const options = {
    better: benchmarkOf(cell.benchmark).metric === 'time' ? 'less' : 'more',
    noiseFloorPercent: null,
    confidence,
  } as const
  const { result, notes } = compareValues(baseline, variant, from, to, options)
  return {
    cell,
    variant: variant.reference,
    percent: result.percent,
    low: result.low,
    high: result.high,
    coverage: result.coverage,
    p: result.p,
    n: result.n,
    voidedRounds: result.voidedRounds,
    method: result.method,
    verdict: result.verdict.kind,
    baselineMedian: medianOf(from),
    variantMedian: medianOf(to),
    warnings: [...result.warnings.map(warningWords), ...notes],
  }
}

/** Counted instructions repeat and are compared exactly; times are paired within a run. */
function compareValues(
  baseline: Side,
  variant: Side,
  from: readonly SessionValue[],
  to: readonly SessionValue[],
  options: ComparisonOptions,
): Readonly<{ result: StatisticalComparison; notes: readonly string[] }> {
  if (clockOf(baseline.variant) === 'instructions') {
    const { comparison, baselineGroups, variantGroups } = compareExact(from, to, options)
    return {
      result: comparison,
      notes: [...describeGroups(baseline, baselineGroups), ...describeGroups(variant, variantGroups)],
    }
  }
  const result =
    baseline.run === variant.run
      ? comparePaired(from, withinSession(from, to), options)
      : compareUnpaired(from, to, options)
  return { result, notes: [] }
}

/** Both values of counts that fall into two groups. */
function describeGroups({ variant }: Side, groups: readonly CountGroup[]): string[] {
  if (groups.length < 2) return []
  const scale = scaleFor(
    'instructions',
    groups.map(({ value }) => value),
  )
  const values = groups.map(({ value, samples }) => `${formatScaled(value, scale)} (${samples} samples)`)
  return [`${variant.label} counted ${values.join(' or ')} ${scale.unit}.`]
}

/** The value of each round of a case, warm-up rounds left out. */
function valuesOf({ run, reference, variant }: Side, cell: Cell): SessionValue[] {
  const cellIndex = run.cells.findIndex(other => cellKey(other) === cellKey(cell))
  return run.samples
    .filter(
      sample =>
        !sample.warmup && sample.cellIndex === cellIndex && sample.variantIndex === reference.variantIndex,
    )
    .map(({ round, session, measurement }) => ({
      round,
      session,
      value: sampleValue(cell.benchmark, clockOf(variant), measurement),
    }))
}

/** Voids what was taken in another session than the baseline's sample of its round. */
function withinSession(from: readonly SessionValue[], to: readonly SessionValue[]): RoundValue[] {
  const sessions = new Map(from.map(({ round, session }) => [round, session]))
  return to.map(({ round, session, value }) => ({
    round,
    value: (sessions.get(round) ?? session) === session ? value : null,
  }))
}

function medianOf(values: readonly RoundValue[]): number | null {
  const usable = values.map(({ value }) => value).filter(isUsable)
  return usable.length === 0 ? null : median(usable)
}
