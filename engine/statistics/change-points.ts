// Where a series of runs changed its level. E-divisive means (Matteson and James, JASA 109, 2014)
// with a t-test in place of permutations, so that the same history always gives the same points
// (Fleming and others, "Hunter", ICPE 2023).
import { elementAt } from './element-at.ts'
import { percentChange } from './log-ratio.ts'
import { pooledTTest } from './student-t.ts'

/** Runs a level needs on each side of a change point; with two, chance alone makes points. */
const leastRuns = 3
/**
 * The best of many possible splits is tested, so the p-value of one test promises too much; 0.001
 * (Hunter's choice) keeps false points to a few in a hundred series in which nothing changed.
 */
const defaultSignificance = 0.001

export type ChangePoint = {
  /** Index of the first value of the new level. */
  readonly index: number
  /** Change of the geometric mean from the level before to the level after, percent. */
  readonly percent: number
  readonly p: number
}

/**
 * S(i, j) = Σ |xₖ − xₗ| over k < i, l < j, from which the sum over any rectangle of pairs follows.
 */
type DistanceSums = (i: number, j: number) => number

function distanceSums(values: readonly number[]): DistanceSums {
  const width = values.length + 1
  const prefix = new Float64Array(width * width)
  values.forEach((value, i) => {
    let row = 0
    values.forEach((other, j) => {
      row += Math.abs(value - other)
      prefix[(i + 1) * width + j + 1] = elementAt(prefix, i * width + j + 1) + row
    })
  })
  // Both indices come from loops within the table: no element is missing, and this
  // is read millions of times.
  return (i, j) => prefix[i * width + j] ?? NaN
}

type Segment = { readonly start: number; readonly end: number }

/**
 * The split of a segment that separates best: maximises n·m/(n + m)·(2·E|X − Y| − E|X − X′| −
 * E|Y − Y′|) over the left part [start, split) and any part [split, until) after it. Null when
 * the segment is too short.
 */
function bestSplit(
  { start, end }: Segment,
  sums: DistanceSums,
): { readonly split: number; readonly until: number } | null {
  let best: { split: number; until: number } | null = null
  let largest = 0
  for (let split = start + leastRuns; split <= end - leastRuns; split++) {
    const n = split - start
    const [corner, cross] = [sums(split, split), sums(start, split)]
    const left = (corner - 2 * cross + sums(start, start)) / (n * (n - 1))
    for (let until = split + leastRuns; until <= end; until++) {
      const m = until - split
      const beside = sums(split, until)
      const between = (2 * (beside - sums(start, until) - corner + cross)) / (n * m)
      const right = (sums(until, until) - 2 * beside + corner) / (m * (m - 1))
      const separation = ((n * m) / (n + m)) * (between - left - right)
      if (separation > largest) {
        largest = separation
        best = { split, until }
      }
    }
  }
  return best
}

/** Removes the weakest point until every one separates its two neighbouring levels. */
function strongPoints(
  logs: readonly number[],
  candidates: readonly number[],
  significance: number,
): ChangePoint[] {
  const bounds = [0, ...candidates, logs.length]
  const points = candidates.map((index, i) => {
    const before = logs.slice(elementAt(bounds, i), index)
    const after = logs.slice(index, elementAt(bounds, i + 2))
    return { index, percent: percentChange(mean(after) - mean(before)), p: pooledTTest(before, after).p }
  })
  const weakest = points.reduce<ChangePoint | null>(
    (worst, point) => (worst && worst.p >= point.p ? worst : point),
    null,
  )
  if (weakest === null || weakest.p <= significance) return points
  return strongPoints(
    logs,
    candidates.filter(index => index !== weakest.index),
    significance,
  )
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * Change points of a history: one positive value per run (its median), oldest first, of one case on
 * one machine. Splits at the best place, then splits both parts again while a t-test of the parts
 * next to the split gives p ≤ `significance`; at last drops points that do not separate the levels
 * they ended up between. Time and memory grow with the square of the number of runs.
 */
export function changePoints(
  values: readonly number[],
  significance: number = defaultSignificance,
): ChangePoint[] {
  if (values.some(value => !(value > 0 && Number.isFinite(value)))) {
    throw new RangeError('a history holds positive numbers only')
  }
  const logs = values.map(Math.log)
  const sums = distanceSums(logs)
  const candidates: number[] = []
  const open: Segment[] = [{ start: 0, end: logs.length }]
  for (let segment = open.pop(); segment !== undefined; segment = open.pop()) {
    const best = bestSplit(segment, sums)
    if (best === null) continue
    const test = pooledTTest(logs.slice(segment.start, best.split), logs.slice(best.split, best.until))
    if (test.p > significance) continue
    candidates.push(best.split)
    open.push({ start: segment.start, end: best.split }, { start: best.split, end: segment.end })
  }
  return strongPoints(
    logs,
    candidates.sort((a, b) => a - b),
    significance,
  )
}
