/** How many numbers are condensed for drawing. Pure. */

export type Bin = Readonly<{ low: number; high: number }>

const mostBins = 60 // narrower bars could not be told apart
const fewestBins = 5

/**
 * Bins of equal width over all values, as wide as the rule of D. Freedman and P. Diaconis (1981)
 * has them: 2·IQR/∛n of the largest set, within limits that keep a histogram legible. One bin when
 * all values are equal; none without values.
 */
export function histogramBins(sets: readonly (readonly number[])[]): readonly Bin[] {
  const all = sets.flat().sort((one, other) => one - other)
  const [low] = all
  const high = all[all.length - 1]
  if (low === undefined || high === undefined) return []
  if (low === high) return [{ low, high }]
  const widths = sets.filter(values => values.length > 0).map(ruleWidth)
  const wanted = Math.max(...widths)
  const count = Math.max(fewestBins, Math.min(mostBins, Math.ceil((high - low) / wanted)))
  const width = (high - low) / count
  return Array.from({ length: count }, (_, index) => ({
    low: low + index * width,
    high: index === count - 1 ? high : low + (index + 1) * width,
  }))
}

function ruleWidth(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const range = sortedQuantile(sorted, 0.75) - sortedQuantile(sorted, 0.25)
  return (2 * range) / Math.cbrt(sorted.length)
}

/** The smallest value that at least `share` of them do not exceed. */
function sortedQuantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

/**
 * How many values each bin holds; a value on an edge belongs to the bin above it, the
 * largest one to the last bin.
 */
export function countInBins(values: readonly number[], bins: readonly Bin[]): readonly number[] {
  const counts = bins.map(() => 0)
  const [first] = bins
  const last = bins[bins.length - 1]
  if (!first || !last) return counts
  const width = (last.high - first.low) / bins.length
  for (const value of values) {
    const guess = width === 0 ? 0 : Math.floor((value - first.low) / width)
    // Division rounds: the edges themselves decide.
    const step =
      value < (bins[guess]?.low ?? -Infinity) ? -1 : value >= (bins[guess + 1]?.low ?? Infinity) ? 1 : 0
    const index = Math.max(0, Math.min(bins.length - 1, guess + step))
    counts[index] = (counts[index] ?? 0) + 1
  }
  return counts
}

export type Step = Readonly<{ value: number; share: number }>

/**
 * Empirical distribution: at each value the share of values up to it. Thinned to at most
 * `mostSteps`, which stay exact.
 */
export function empiricalDistribution(values: readonly number[], mostSteps = 1000): readonly Step[] {
  const sorted = [...values].sort((one, other) => one - other)
  const steps = sorted.flatMap((value, index) =>
    value === sorted[index + 1] ? [] : [{ value, share: (index + 1) / sorted.length }],
  )
  return thinned(steps, mostSteps)
}

/** At most `most` items, evenly spaced, the first and the last among them. */
export function thinned<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  const last = items.length - 1
  return Array.from({ length: most }, (_, index) => items[Math.round((index * last) / (most - 1))]).filter(
    item => item !== undefined,
  )
}
