// What this host shows when nothing was changed: the same variant, entered
// twice under two labels (A/A).
import { binomialCdf } from './binomial.ts'
import type { Comparison } from './comparison.ts'
import { median, quantile } from './quantile.ts'

/** A/A tables a calibration needs; fewer cannot distinguish a rate of 5 % from one of 10 %. */
export const leastTables = 200
/** Rate at which a 95 % interval may exclude 0 when nothing changed. */
const nominalRate = 0.05
/** How unlikely the count of exclusions may be before the host is called not calibrated. */
const significance = 0.05
const floorQuantile = 0.95

export type NoiseFloor = {
  /**
   * 95th percentile of |change| over the A/A tables, percent: what drift, layout
   * and chance make of nothing.
   */
  readonly floorPercent: number
  /** A/A tables with an interval. */
  readonly tables: number
  /** Tables whose interval excludes 0. */
  readonly excludingZero: number
  /** At this many exclusions the host is not calibrated: 16 of 200. */
  readonly exclusionLimit: number
  /** Median number of rounds of a table; the floor falls as this rises. */
  readonly rounds: number
  /** Null when calibrated; verdicts are withheld otherwise. */
  readonly notCalibrated: 'too-few-tables' | 'too-many-exclusions' | null
}

/** The smallest x with P(X ≥ x) ≤ 0.05 for X binomial of `tables` trials at 5 %. */
export function exclusionLimit(tables: number): number {
  let limit = Math.ceil(tables * nominalRate)
  while (1 - binomialCdf(limit - 1, tables, nominalRate) > significance) limit++
  return limit
}

/**
 * The parts of a series of rounds that make A/A tables: consecutive, not
 * overlapping, the rest left out.
 */
export function splitIntoTables<T>(rounds: readonly T[], roundsPerTable: number): T[][] {
  if (!Number.isInteger(roundsPerTable) || roundsPerTable < 1) {
    throw new RangeError(`a table needs at least one round, not ${roundsPerTable}`)
  }
  const tables = Math.floor(rounds.length / roundsPerTable)
  return Array.from({ length: tables }, (_, i) => rounds.slice(i * roundsPerTable, (i + 1) * roundsPerTable))
}

/**
 * The noise floor of one host and benchmark from A/A comparisons, each of the same number of rounds
 * under the schedule that real comparisons use. Never feed it differences with their signs flipped
 * at random: that makes the null hypothesis true by construction and hides what is looked for.
 * Tables without an interval are not counted. Null when there is none at all.
 */
export function calibrate(
  tables: readonly Pick<Comparison, 'percent' | 'low' | 'high' | 'n'>[],
): NoiseFloor | null {
  const usable = tables.flatMap(({ percent, low, high, n }) =>
    percent === null || low === null || high === null ? [] : [{ percent, low, high, n }],
  )
  if (usable.length === 0) return null
  const excludingZero = usable.filter(({ low, high }) => low > 0 || high < 0).length
  const limit = exclusionLimit(usable.length)
  return {
    floorPercent: quantile(
      usable.map(({ percent }) => Math.abs(percent)),
      floorQuantile,
    ),
    tables: usable.length,
    excludingZero,
    exclusionLimit: limit,
    rounds: median(usable.map(({ n }) => n)),
    notCalibrated:
      usable.length < leastTables ? 'too-few-tables' : excludingZero >= limit ? 'too-many-exclusions' : null,
  }
}
