/** Which changes have a colour, and how strong it is: alike on every screen and page. */
import { benchmarkOf } from '../contract/benchmark.ts'
import type { ComparisonRow } from '../contract/comparison.ts'
import type { MachineFinding } from '../contract/machine-comparison.ts'

/** What the colour of a change means; a change that may be noise has none. */
export type Tone = 'better' | 'worse' | 'none'

/**
 * A change has a tone only when the interval that holds with all others leaves out 0 and nothing
 * keeps it from a verdict.
 */
export function toneOf({ cell, percent, family, verdict }: ComparisonRow): Tone {
  if (percent === null || family === null) return 'none'
  if (family.low <= 0 && family.high >= 0) return 'none'
  if (verdict !== 'improved' && verdict !== 'regressed' && verdict !== 'not-calibrated') return 'none'
  const isGood = benchmarkOf(cell.benchmark).metric === 'time' ? percent < 0 : percent > 0
  return isGood ? 'better' : 'worse'
}

/** The tone of what a machine says of a change. */
export function toneOfFinding(finding: MachineFinding): Tone {
  if (finding === 'helps') return 'better'
  return finding === 'hurts' ? 'worse' : 'none'
}

const strengthLimits = [1, 3, 10, 30] // percent; about equal steps of the logarithm

/** 1 to 5 by the size of the change in percent. */
export function strengthOf(percent: number): number {
  return 1 + strengthLimits.filter(limit => Math.abs(percent) >= limit).length
}
