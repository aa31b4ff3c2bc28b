// Comparison of counts that repeat (instructions under a virtual clock): no
// chance, so no probability.
import type { Comparison, ComparisonWarning } from './comparison.ts'
import { elementAt } from './element-at.ts'
import { largestOf, smallestOf } from './extremes.ts'
import { usableValues, type RoundValue } from './log-ratio.ts'
import { medianOfSorted, sortAscending } from './quantile.ts'
import { defaultThresholdPercent, judge, regionOfNoInterest, type Better } from './verdict.ts'

/** A gap counts as one between groups when it is this many times wider than either group. */
const gapOverWidth = 5

export type CountGroup = {
  /** Median of the group, in the unit of the counts. */
  readonly value: number
  readonly samples: number
  readonly min: number
  readonly max: number
}

/**
 * The groups that counts fall into, ascending by value: one, or two when the widest gap is more
 * than five times as wide as each side of it and each side holds at least two counts. A guest
 * that now and then takes one more timer interrupt counts like that, and the median of both
 * would stand for neither.
 */
export function countGroups(counts: readonly number[]): CountGroup[] {
  const sorted = sortAscending(counts)
  if (sorted.length === 0) return []
  const gaps = sorted.slice(1).map((value, i) => value - elementAt(sorted, i))
  const widest = gaps.reduce((most, gap) => Math.max(most, gap), 0)
  const split = gaps.indexOf(widest) + 1
  const sides = [sorted.slice(0, split), sorted.slice(split)]
  const isTwo = widest > 0 && sides.every(side => side.length >= 2 && widest > gapOverWidth * widthOf(side))
  return (isTwo ? sides : [sorted]).map(group => ({
    value: medianOfSorted(group),
    samples: group.length,
    min: elementAt(group, 0),
    max: elementAt(group, group.length - 1),
  }))
}

function widthOf(sorted: Float64Array): number {
  return elementAt(sorted, sorted.length - 1) - elementAt(sorted, 0)
}

function largestGroup(groups: readonly CountGroup[]): CountGroup {
  return groups.reduce((largest, group) => (group.samples > largest.samples ? group : largest))
}

/**
 * 100·(count − base)/base: not through logarithms, so that a difference of
 * whole counts stays exact.
 */
function percentOf(count: number, base: number): number {
  return (100 * (count - base)) / base
}

function twoGroups(groups: readonly CountGroup[], side: 'baseline' | 'variant'): ComparisonWarning[] {
  return groups.length > 1 ? [{ kind: 'two-groups', side }] : []
}

/**
 * Exact change of counts: the ratio of the medians of the largest groups, and as its bounds the
 * smallest and the largest ratio between any count of the variant and any of the baseline. Two
 * counts a side are the least that show whether they repeat. The noise floor is the spread itself,
 * so δ is the threshold alone.
 */
export function compareExact(
  baseline: readonly RoundValue[],
  variant: readonly RoundValue[],
  options: { readonly better: Better; readonly thresholdPercent?: number },
): Comparison {
  const delta = regionOfNoInterest(options.thresholdPercent ?? defaultThresholdPercent, 0)
  const from = usableValues(baseline)
  const to = usableValues(variant)
  const baselineGroups = countGroups(from)
  const variantGroups = countGroups(to)
  const n = Math.min(from.length, to.length)
  const voidedRounds = baseline.length + variant.length - from.length - to.length
  const interval =
    n === 0
      ? null
      : {
          percent: percentOf(largestGroup(variantGroups).value, largestGroup(baselineGroups).value),
          low: percentOf(smallestOf(to), largestOf(from)),
          high: percentOf(largestOf(to), smallestOf(from)),
        }
  const isRepeated = n >= 2
  return {
    method: 'exact',
    percent: interval?.percent ?? null,
    low: isRepeated ? (interval?.low ?? null) : null,
    high: isRepeated ? (interval?.high ?? null) : null,
    coverage: null,
    range: null,
    p: null,
    n,
    voidedRounds,
    percentWithoutOutliers: null,
    outlierRounds: [],
    detectablePercent: null,
    verdict:
      interval !== null && isRepeated
        ? judge(interval, delta, options.better, null)
        : { kind: 'too-few', have: n, need: 2 },
    warnings: [
      ...(voidedRounds > 0 ? [{ kind: 'voided-rounds' as const, count: voidedRounds }] : []),
      ...twoGroups(baselineGroups, 'baseline'),
      ...twoGroups(variantGroups, 'variant'),
    ],
  }
}
