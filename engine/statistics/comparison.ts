// The percent change of a variant against the baseline, with interval, p-value and verdict: the
// front of this folder. Everything here is a pure function of the values; where they come from, and
// whether two runs may be compared at all, is decided elsewhere.
import { defaultConfidence } from './confidence.ts'
import { detectableEffect } from './detectable-effect.ts'
import { elementAt } from './element-at.ts'
import { isUsable, pairedLogRatios, percentChange, usableLogs, type RoundValue } from './log-ratio.ts'
import { leastRounds, medianInterval } from './median-interval.ts'
import { familyConfidence } from './multiple-comparisons.ts'
import { flagOutliers } from './outliers.ts'
import { median, medianOfSorted, sortAscending } from './quantile.ts'
import { mannWhitney } from './rank-test.ts'
import { hodgesLehmannShift, leastSamplesPerSide, shiftInterval } from './shift-interval.ts'
import { signTest } from './sign-test.ts'
import {
  defaultThresholdPercent,
  judge,
  regionOfNoInterest,
  type Better,
  type IntervalPercent,
  type Verdict,
} from './verdict.ts'

export type ComparisonOptions = {
  readonly better: Better
  /** The A/A floor of this host and benchmark, percent; null when the host is not calibrated. */
  readonly noiseFloorPercent: number | null
  /** The smallest change of interest, percent; 1 unless given. */
  readonly thresholdPercent?: number
  /** Of one interval, or of all rows together where `familyRows` is given; 0.95 unless given. */
  readonly confidence?: number
  /** Rows of the table whose intervals shall hold together (Bonferroni); 1 unless given. */
  readonly familyRows?: number
}

/** Reasons for caution; they travel with the result and are worded in words.ts. */
export type ComparisonWarning =
  | { readonly kind: 'drift-not-controlled' }
  | { readonly kind: 'voided-rounds' | 'ties' | 'outliers'; readonly count: number }
  | { readonly kind: 'two-groups'; readonly side: 'baseline' | 'variant' }

/**
 * Plain data. Percent fields are changes against the baseline: −2 means 2 % less than the baseline.
 */
export type Comparison = {
  readonly method: 'paired' | 'unpaired' | 'exact'
  /** Null without a single usable round. */
  readonly percent: number | null
  /** Ends of the interval; null when there are too few rounds for one. */
  readonly low: number | null
  readonly high: number | null
  /**
   * Probability that the interval holds the true change; null without one,
   * and for exact comparisons.
   */
  readonly coverage: number | null
  /** Smallest and largest change seen in a round; null when rounds are not paired. */
  readonly range: { readonly low: number; readonly high: number } | null
  /** Sign test (paired) or Mann–Whitney U (unpaired), two-sided, not corrected for the family. */
  readonly p: number | null
  /** Rounds used; for unpaired data the values on the smaller side. */
  readonly n: number
  readonly voidedRounds: number
  /**
   * The change without the rounds that `flagOutliers` flags; for the eye, never for the verdict.
   */
  readonly percentWithoutOutliers: number | null
  readonly outlierRounds: readonly number[]
  /**
   * The smallest change these rounds show with 80 % power; null without an interval, or unpaired.
   */
  readonly detectablePercent: number | null
  readonly verdict: Verdict
  readonly warnings: readonly ComparisonWarning[]
}

type Settings = {
  readonly confidence: number
  /** δ in percent, null on a host that is not calibrated. */
  readonly deltaPercent: number | null
  readonly better: Better
}

function settle(options: ComparisonOptions): Settings {
  const threshold = options.thresholdPercent ?? defaultThresholdPercent
  const delta = regionOfNoInterest(threshold, options.noiseFloorPercent ?? 0)
  return {
    confidence: familyConfidence(options.confidence ?? defaultConfidence, options.familyRows ?? 1),
    deltaPercent: options.noiseFloorPercent === null ? null : delta,
    better: options.better,
  }
}

function verdictOn(
  interval: IntervalPercent | null,
  settings: Settings,
  rounds: { readonly have: number; readonly need: number },
): Verdict {
  if (interval === null) return { kind: 'too-few', ...rounds }
  if (settings.deltaPercent === null) return { kind: 'not-calibrated' }
  return judge(interval, settings.deltaPercent, settings.better, rounds.have)
}

function countWarning(kind: 'voided-rounds' | 'ties' | 'outliers', count: number): ComparisonWarning[] {
  return count === 0 ? [] : [{ kind, count }]
}

/** Smallest and largest of ascending log ratios, in percent. */
function rangeOf(sorted: ArrayLike<number>): Comparison['range'] {
  if (sorted.length === 0) return null
  return {
    low: percentChange(elementAt(sorted, 0)),
    high: percentChange(elementAt(sorted, sorted.length - 1)),
  }
}

/**
 * A comparison of two variants, judged as often as there are options: for a row by itself
 * and for all rows together.
 */
export type Judge = (options: ComparisonOptions) => Comparison

/** `comparePaired` as a judge: what does not depend on the options is computed once. */
export function pairedJudge(baseline: readonly RoundValue[], variant: readonly RoundValue[]): Judge {
  const { ratios, voidedRounds } = pairedLogRatios(baseline, variant)
  const logRatios = ratios.map(({ logRatio }) => logRatio)
  const sorted = sortAscending(logRatios)
  const n = logRatios.length
  const test = signTest(logRatios)
  const outliers = flagOutliers(logRatios.map(value => ({ value })))
  const outlierIndices = new Set(outliers.map(({ index }) => index))
  const kept = logRatios.filter((_, index) => !outlierIndices.has(index))
  const unjudged = {
    method: 'paired',
    percent: n === 0 ? null : percentChange(medianOfSorted(sorted)),
    range: rangeOf(sorted),
    p: n === 0 ? null : test.p,
    n,
    voidedRounds,
    percentWithoutOutliers: kept.length === 0 ? null : percentChange(median(kept)),
    outlierRounds: outliers.map(({ index }) => elementAt(ratios, index).round),
    warnings: [
      ...countWarning('voided-rounds', voidedRounds),
      ...countWarning('ties', test.ties),
      ...countWarning('outliers', outliers.length),
    ],
  } as const
  return options => {
    const settings = settle(options)
    const found = medianInterval(sorted, settings.confidence)
    const interval = found && {
      percent: percentChange(found.median),
      low: percentChange(found.low),
      high: percentChange(found.high),
    }
    const effect = found && detectableEffect(logRatios, n, settings.confidence)
    return {
      ...unjudged,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      coverage: found?.coverage ?? null,
      detectablePercent: effect === null ? null : percentChange(effect),
      verdict: verdictOn(interval, settings, { have: n, need: leastRounds(settings.confidence) }),
    }
  }
}

/** `compareUnpaired` as a judge. */
export function unpairedJudge(baseline: readonly RoundValue[], variant: readonly RoundValue[]): Judge {
  const from = usableLogs(baseline)
  const to = usableLogs(variant)
  const n = Math.min(from.length, to.length)
  const voidedRounds = [...baseline, ...variant].filter(({ value }) => !isUsable(value)).length
  const shift = n === 0 ? null : percentChange(hodgesLehmannShift(from, to))
  const unjudged = {
    method: 'unpaired',
    percent: shift,
    range: null,
    p: n === 0 ? null : mannWhitney(from, to).p,
    n,
    voidedRounds,
    percentWithoutOutliers: null,
    outlierRounds: [],
    detectablePercent: null,
    warnings: [{ kind: 'drift-not-controlled' }, ...countWarning('voided-rounds', voidedRounds)],
  } as const
  return options => {
    const settings = settle(options)
    const found = n === 0 ? null : shiftInterval(from, to, settings.confidence)
    const interval =
      found === null || shift === null
        ? null
        : { percent: shift, low: percentChange(found.low), high: percentChange(found.high) }
    return {
      ...unjudged,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      coverage: found?.coverage ?? null,
      verdict: verdictOn(interval, settings, { have: n, need: leastSamplesPerSide(settings.confidence) }),
    }
  }
}

/**
 * Change between two variants measured in the same rounds: D = ln y_variant − ln y_baseline per
 * round, 100·(e^median(D) − 1) percent, with the order-statistic interval of the median and the
 * sign test. A round with a missing, failed or non-positive side is void and counted. Throws
 * RangeError on options outside their range and on two values for one round.
 */
export function comparePaired(
  baseline: readonly RoundValue[],
  variant: readonly RoundValue[],
  options: ComparisonOptions,
): Comparison {
  return pairedJudge(baseline, variant)(options)
}

/**
 * Change between values that were not measured in the same rounds (imports, other boots): the
 * Hodges–Lehmann shift of logarithms, its exact interval and the Mann–Whitney U test. Always
 * carries the warning that drift is not controlled: one variant measured after the other differs by
 * drift alone in up to half of all comparisons. Round numbers are not looked at.
 */
export function compareUnpaired(
  baseline: readonly RoundValue[],
  variant: readonly RoundValue[],
  options: ComparisonOptions,
): Comparison {
  return unpairedJudge(baseline, variant)(options)
}
