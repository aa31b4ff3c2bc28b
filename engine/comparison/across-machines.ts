/** What many machines say of one change, each against its own baseline. Pure. */
import { benchmarkNames, benchmarkOf } from '../contract/benchmark.ts'
import { cellKey, type Cell } from '../contract/case.ts'
import type { ComparisonRow, VariantReference } from '../contract/comparison.ts'
import { Failure } from '../contract/failure.ts'
import {
  mostMachinesForAllVariants,
  type ComparedMachine,
  type MachineChange,
  type MachineComparison,
  type MachineComparisonRequest,
  type MachineFinding,
  type MachineRow,
  type MachineSummary,
} from '../contract/machine-comparison.ts'
import { stageNames } from '../contract/variant.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import { logRatioOf, percentChange } from '../statistics/log-ratio.ts'
import { quantileOfCoverage, randomEffects, varianceOfInterval } from '../statistics/random-effects.ts'
import { judge, regionOfNoInterest, type Better, type Verdict } from '../statistics/verdict.ts'
import { groupBy } from './group-by.ts'

/** What the question needs of a row of a comparison; percent. */
export type Change = Pick<
  ComparisonRow,
  'percent' | 'low' | 'high' | 'coverage' | 'family' | 'n' | 'noiseFloorPercent'
> &
  Readonly<{
    cell: Cell
    /** Name of the variant. */
    variant: string
    reference: VariantReference
    isDisturbed: boolean
  }>

/** A machine with the changes against its own baseline. */
export type MeasuredMachine = Readonly<{
  machine: ComparedMachine
  /** What machines are sorted by. */
  order: Readonly<{ vendor: string; family: number; model: number }>
  /** Names of its variants but the baseline, whether or not they are among `changes`. */
  variants: readonly string[]
  changes: readonly Change[]
}>

const vendorNames: Readonly<Record<string, string>> = { AuthenticAMD: 'AMD', GenuineIntel: 'Intel' }

/** The maker of a processor as people call it; as it is where no better name is known. */
export function vendorName(vendor: string | null): string {
  return vendorNames[vendor ?? ''] ?? vendor ?? ''
}

/** The processor by its numbers: `AMD 25 model 1`. */
export function familyName({
  vendor,
  family,
  model,
}: Readonly<{ vendor: string | null; family: number | null; model: number | null }>): string {
  return [vendorName(vendor), family ?? '', model === null ? '' : `model ${model}`]
    .filter(word => word !== '')
    .join(' ')
}

/**
 * Lays the machines side by side, by family and model of their processors, and sums each cell up.
 * Throws `not-comparable` when no machine has anything to say.
 */
export function acrossMachines(
  { target, baseline, thresholdPercent }: MachineComparisonRequest,
  measured: readonly MeasuredMachine[],
  shown: readonly string[],
): MachineComparison {
  const machines = [...measured].sort(byProcessor)
  const changes = machines.flatMap(({ changes }, machine) =>
    changes
      .filter(({ variant, percent }) => percent !== null && shown.includes(variant))
      .map(change => ({ change, machine })),
  )
  if (changes.length === 0) throw nothingToCompare(baseline)
  const groups = groupBy(changes, ({ change }) => `${change.variant} ${cellKey(change.cell)}`)
  const rows = [...groups.values()].flatMap(group => rowOf(group, thresholdPercent))
  const cells = new Map(rows.map(({ cell }) => [cellKey(cell), cell]))
  return {
    target,
    baseline,
    variants: orderedVariants(machines.flatMap(({ variants }) => variants)),
    shown: orderedVariants(shown),
    machines: machines.map(({ machine }) => machine),
    cells: [...cells.values()].sort(byBenchmark),
    rows: rows.sort(
      (one, other) =>
        shown.indexOf(one.variant) - shown.indexOf(other.variant) || byBenchmark(one.cell, other.cell),
    ),
    confidence: defaultConfidence,
    thresholdPercent,
    notes: notesOn(machines, rows),
  }
}

/**
 * The variants to show: the one asked for, else all of them, or the first where
 * there are many machines.
 */
export function shownVariants(
  { variant }: MachineComparisonRequest,
  all: readonly string[],
  machines: number,
): string[] {
  const known = orderedVariants(all)
  if (variant === null) return machines > mostMachinesForAllVariants ? known.slice(0, 1) : known
  if (known.includes(variant)) return [variant]
  throw new Failure(
    'not-found',
    `No machine has measured “${variant}” together with the baseline.`,
    `Choose one of: ${known.join(', ')}.`,
  )
}

function byProcessor(one: MeasuredMachine, other: MeasuredMachine): number {
  return (
    one.order.vendor.localeCompare(other.order.vendor) ||
    one.order.family - other.order.family ||
    one.order.model - other.order.model ||
    one.machine.name.localeCompare(other.machine.name)
  )
}

function byBenchmark(one: Cell, other: Cell): number {
  const [before, after] = [one, other].map(({ benchmark }) => benchmarkNames.indexOf(benchmark))
  return (
    (before ?? 0) - (after ?? 0) ||
    one.parameters.tasks - other.parameters.tasks ||
    one.parameters.folioBytes - other.parameters.folioBytes ||
    one.parameters.sizeBytes - other.parameters.sizeBytes
  )
}

/** Each name once; stages in the order of the series, before all others. */
function orderedVariants(names: readonly string[]): string[] {
  return [...new Set(names)].sort((one, other) => stagePlace(one) - stagePlace(other))
}

function stagePlace(name: string): number {
  const stage = stageNames.findIndex(other => other === name)
  return stage < 0 ? stageNames.length : stage
}

function nothingToCompare(baseline: string): Failure {
  return new Failure(
    'not-comparable',
    `No machine has a run in which “${baseline}” and another variant were measured.`,
    'Import the runs of other machines, or name another baseline.',
  )
}

type Placed = Readonly<{ change: Change; machine: number }>

function rowOf(group: readonly Placed[], thresholdPercent: number): MachineRow[] {
  const [first] = group
  if (!first) return []
  const { cell, variant } = first.change
  const changes = group.map(placed => changeOf(placed, thresholdPercent))
  return [{ cell, variant, changes, counts: countsOf(changes), summary: summaryOf(group) }]
}

function changeOf({ change, machine }: Placed, thresholdPercent: number): MachineChange {
  const { percent, low, high, n, noiseFloorPercent, reference } = change
  const regionPercent = regionOfNoInterest(thresholdPercent, noiseFloorPercent ?? 0)
  return {
    machine,
    percent: percent ?? 0,
    low,
    high,
    n,
    finding: findingOf(change, regionPercent),
    regionPercent,
    isCalibrated: noiseFloorPercent !== null,
    reference,
  }
}

/**
 * What a change says; judged by the interval that holds together with all others of the run,
 * as its own verdicts are.
 */
export function findingOf(
  { cell, percent, family, isDisturbed }: Change,
  regionPercent: number,
): MachineFinding {
  if (isDisturbed) return 'disturbed'
  if (percent === null || family === null) return 'too-few'
  const better: Better = benchmarkOf(cell.benchmark).metric === 'time' ? 'less' : 'more'
  const interval = { percent, low: family.low, high: family.high }
  // Without a number of rounds: how many more would help is not asked.
  return findingWords[judge(interval, regionPercent, better, null).kind]
}

const findingWords: Readonly<Record<Verdict['kind'], MachineFinding>> = {
  improved: 'helps',
  regressed: 'hurts',
  'no-change': 'no-difference',
  'changed-within-floor': 'not-resolved',
  'not-resolved': 'not-resolved',
  'too-few': 'too-few',
  'not-calibrated': 'not-resolved',
}

function countsOf(changes: readonly MachineChange[]): MachineRow['counts'] {
  const counts = { helps: 0, hurts: 0, 'no-difference': 0, 'not-resolved': 0, 'too-few': 0, disturbed: 0 }
  for (const { finding } of changes) counts[finding]++
  return counts
}

/** Over the machines that have an interval and were not disturbed. */
function summaryOf(group: readonly Placed[]): MachineSummary | null {
  const quantiles = new Map<number, number>() // thousands of machines have few different coverages
  function quantileOf(coverage: number): number {
    const quantile = quantiles.get(coverage) ?? quantileOfCoverage(coverage)
    quantiles.set(coverage, quantile)
    return quantile
  }
  const effects = group.flatMap(({ change: { percent, low, high, coverage, isDisturbed } }) =>
    percent === null || low === null || high === null || isDisturbed
      ? []
      : [
          {
            effect: logRatioOf(percent),
            variance: varianceOfInterval(
              { low: logRatioOf(low), high: logRatioOf(high) },
              quantileOf(Math.min(coverage ?? defaultConfidence, highestCoverage)),
            ),
          },
        ],
  )
  const found = randomEffects(effects, defaultConfidence)
  if (found === null) return null
  const { machines, mean, interval, prediction, tau, iSquared } = found
  return {
    machines,
    percent: percentChange(mean),
    interval: inPercent(interval),
    prediction: prediction && inPercent(prediction),
    spreadPercent: percentChange(tau),
    heterogeneity: iSquared,
  }
}

// Of intervals from very many rounds, whose rest to 1 is lost to rounding.
const highestCoverage = 1 - 1e-9

function inPercent({ low, high }: Readonly<{ low: number; high: number }>): MachineSummary['interval'] {
  return { low: percentChange(low), high: percentChange(high) }
}

// Partlett and Riley (2017): below it the prediction interval holds one more machine
// less often than it says.
const leastHeterogeneity = 0.3

function notesOn(machines: readonly MeasuredMachine[], rows: readonly MachineRow[]): string[] {
  const uncalibrated = new Set(
    rows.flatMap(({ changes }) =>
      changes.filter(({ isCalibrated }) => !isCalibrated).map(one => one.machine),
    ),
  ).size
  const returns = new Set(machines.map(({ machine }) => machine.returns ?? 'unknown'))
  const narrow = rows.filter(
    ({ summary }) =>
      summary !== null && summary.prediction !== null && summary.heterogeneity < leastHeterogeneity,
  ).length
  return [
    ...(uncalibrated === 0
      ? []
      : [
          `${uncalibrated} of ${machines.length} machines ${uncalibrated === 1 ? 'is' : 'are'} not calibrated: there “helps” and “hurts” rest on the threshold alone`,
        ]),
    ...(returns.size < 2
      ? []
      : ['Functions returned in different ways on these machines, as their kernels do']),
    ...(narrow === 0
      ? []
      : [
          `In ${narrow} of ${rows.length} rows machines hardly differ beyond their noise; there the prediction interval may be too narrow`,
        ]),
  ]
}
