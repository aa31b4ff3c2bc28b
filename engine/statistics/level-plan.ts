// How to spend repetitions over levels (rounds in a process, processes in a boot, boots): where the
// variance comes from decides. Source: Kalibera and Jones, "Rigorous benchmarking in reasonable time"
// (ISMM 2013), with T² as in the authors' program, since the formula printed in the paper is wrong.
import { elementAt } from './element-at.ts'

/** Values of the lowest level in groups of groups; every group of a level has the same size. */
export type LevelData = readonly number[] | readonly LevelData[]

export type LevelVariance = {
  /** Repetitions in a group of this level. */
  readonly repetitions: number
  /** S²: mean over the groups of the sample variance of their members' means, in unit². */
  readonly observed: number
  /** T²ᵢ = S²ᵢ − S²ᵢ₋₁/rᵢ₋₁: what this level adds by itself; not above 0 when it adds nothing. */
  readonly own: number
}

function isLeaf(data: LevelData): data is readonly number[] {
  return data.every(item => typeof item === 'number')
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function sampleVariance(values: readonly number[]): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

type GroupSummary = {
  readonly mean: number
  readonly sizes: readonly number[]
  readonly variances: readonly number[]
}

/** Bottom up: the mean of a group, and per level within it its size and the mean variance of its groups. */
function summariseGroup(data: LevelData): GroupSummary {
  if (data.length < 2) throw new RangeError('every level needs at least two repetitions')
  if (isLeaf(data)) return { mean: mean(data), sizes: [data.length], variances: [sampleVariance(data)] }
  const groups = data.map(item => {
    if (typeof item === 'number') throw new RangeError('a group mixes values and groups')
    return summariseGroup(item)
  })
  const first = elementAt(groups, 0)
  if (groups.some(group => group.sizes.join() !== first.sizes.join())) {
    throw new RangeError('every group of a level must have the same number of repetitions')
  }
  const means = groups.map(group => group.mean)
  const inner = first.variances.map((_, level) =>
    mean(groups.map(group => elementAt(group.variances, level))),
  )
  return {
    mean: mean(means),
    sizes: [...first.sizes, groups.length],
    variances: [...inner, sampleVariance(means)],
  }
}

/** Variance per level, lowest level first. Throws RangeError unless groups are balanced and of two or more. */
export function levelVariances(data: LevelData): LevelVariance[] {
  const { sizes, variances } = summariseGroup(data)
  return variances.map((observed, level) => {
    const below = level === 0 ? 0 : elementAt(variances, level - 1) / elementAt(sizes, level - 1)
    return { repetitions: elementAt(sizes, level), observed, own: observed - below }
  })
}

/**
 * Best number of repetitions per level but the highest (which takes what the budget leaves), lowest first:
 * rᵢ = ⌈√((cᵢ₊₁/cᵢ)·(T²ᵢ/T²ᵢ₊₁))⌉ with `costs` c of one repetition of each level, in any one unit.
 * 1 where a level adds no variance of its own; null (as many as can be had) where the next one adds none.
 */
export function bestRepetitions(
  levels: readonly LevelVariance[],
  costs: readonly number[],
): (number | null)[] {
  if (costs.length !== levels.length || costs.some(cost => !(cost > 0))) {
    throw new RangeError(`${levels.length} costs above 0 are needed, one for each level`)
  }
  return levels.slice(0, -1).map((level, i) => {
    const above = elementAt(levels, i + 1)
    if (level.own <= 0) return 1
    if (above.own <= 0) return null
    const costRatio = elementAt(costs, i + 1) / elementAt(costs, i)
    return Math.ceil(Math.sqrt(costRatio * (level.own / above.own)))
  })
}
