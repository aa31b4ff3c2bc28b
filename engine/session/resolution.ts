/**
 * When an adaptive run has measured enough: the widths of its intervals, from its samples. Pure.
 */
import type { BenchmarkName } from '../contract/benchmark.ts'
import type { Cell } from '../contract/case.ts'
import type { Plan } from '../contract/plan.ts'
import { sampleValue, type Sample } from '../contract/sample.ts'
import type { Nanoseconds } from '../contract/units.ts'
import { roundsPerBlock } from '../plan/block-visits.ts'
import { wholeRounds } from '../plan/whole-rounds.ts'
import { defaultConfidence } from '../statistics/confidence.ts'
import { pairedLogRatios, percentChange, usableLogs, type RoundValue } from '../statistics/log-ratio.ts'
import { leastRounds, medianInterval } from '../statistics/median-interval.ts'
import { familyConfidence } from '../statistics/multiple-comparisons.ts'
import {
  stopReason,
  stoppingConfidence,
  widestHalfWidth,
  type StopReason,
} from '../statistics/stopping-rule.ts'

type Interval = Readonly<{ low: number | null; high: number | null }>

const noInterval: Interval = { low: null, high: null }

/**
 * Why the run may end at this block end; null to go on. A table of many rows needs more rounds than
 * its rule may say. The intervals are those of every variant against the plan's first one; of a run
 * with a single variant, those of its medians. Time is what the samples took, so that a pause costs
 * none of the budget and a resumed run goes on counting.
 */
export function reasonToStop(
  plan: Plan,
  cells: readonly Cell[],
  samples: readonly Sample[],
): StopReason | null {
  if (plan.stopping.kind === 'rounds') return null // the schedule ends by itself
  const measured = samples.filter(sample => !sample.warmup)
  const { resolutionPercent, maximumRounds, budgetSeconds } = plan.stopping
  const rounds = new Set(measured.map(sample => sample.round)).size
  const whole = Math.min(...wholeRounds(plan, cells.length, samples))
  const minimumRounds = Math.max(plan.stopping.minimumRounds, roundsForVerdicts(plan, cells))
  // Before that it decides nothing, and a long run has many samples.
  const isWidthAsked = whole >= minimumRounds
  return stopReason(
    {
      rounds,
      roundsPerBlock: roundsPerBlock(plan),
      elapsedNs: elapsedNs(samples),
      halfWidthPercent: isWidthAsked ? widestHalfWidth(intervalsOf(plan, cells, measured)) : null,
    },
    {
      minimumRounds,
      maximumRounds,
      targetHalfWidthPercent: resolutionPercent,
      budgetNs: budgetSeconds === null ? null : budgetSeconds * 1e9,
    },
  )
}

/**
 * So many rounds give every row an interval that holds together with those of all
 * others, which verdicts rest on.
 */
function roundsForVerdicts({ variants }: Plan, cells: readonly Cell[]): number {
  const rows = Math.max(1, cells.length * (variants.length - 1))
  return leastRounds(familyConfidence(defaultConfidence, rows))
}

function intervalsOf(plan: Plan, cells: readonly Cell[], measured: readonly Sample[]): Interval[] {
  return cells.flatMap(({ benchmark }, cellIndex) => {
    const [baseline = [], ...variants] = plan.variants.map((_, variantIndex) =>
      roundValues(benchmark, measured, cellIndex, variantIndex),
    )
    if (variants.length === 0) return [intervalOf(centred(usableLogs(baseline)))]
    return variants.map(variant =>
      intervalOf(pairedLogRatios(baseline, variant).ratios.map(({ logRatio }) => logRatio)),
    )
  })
}

/** Whether the time of the plan, if it has one, is used up. */
export function isOutOfTime({ stopping }: Plan, samples: readonly Sample[]): boolean {
  if (stopping.kind === 'rounds' || stopping.budgetSeconds === null) return false
  return elapsedNs(samples) >= stopping.budgetSeconds * 1e9
}

function elapsedNs(samples: readonly Sample[]): Nanoseconds {
  return samples.reduce((sum, sample) => sum + sample.roundTripNs, 0)
}

/** The numbers of one case, round by round; null where a sample is invalid or void. */
export function roundValues(
  benchmark: BenchmarkName,
  measured: readonly Sample[],
  cellIndex: number,
  variantIndex: number,
): RoundValue[] {
  return measured
    .filter(sample => sample.cellIndex === cellIndex && sample.variantIndex === variantIndex)
    .map(({ round, measurement, voidReason }) => ({
      round,
      value: voidReason === undefined ? sampleValue(benchmark, 'wall', measurement) : null,
    }))
}

/** Logarithms relative to their mean, so that the interval comes out in percent of the median. */
function centred(logs: readonly number[]): number[] {
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  return logs.map(log => log - mean)
}

function intervalOf(logs: readonly number[]): Interval {
  const found = medianInterval(logs, stoppingConfidence)
  return found ? { low: percentChange(found.low), high: percentChange(found.high) } : noInterval
}
