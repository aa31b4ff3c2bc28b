import { quantityOf, type BenchmarkName, type Quantity } from '../../engine/contract/benchmark.ts'
import type { Cell } from '../../engine/contract/case.ts'
import { sampleValue, type Sample } from '../../engine/contract/sample.ts'
import { undisturbedOrAll } from '../../engine/contract/undisturbed.ts'
import { clockOf, type Variant } from '../../engine/contract/variant.ts'
import { medianOfSorted, insertSorted } from './median.ts'

const recentLength = 32 // values in a sparkline: what fits its width at 2 px each

/** What is known of one case so far. */
export type LiveCase = Readonly<{
  key: string
  cellIndex: number
  variantIndex: number
  benchmark: BenchmarkName
  quantity: Quantity
  cell: Cell
  variantLabel: string
  /**
   * Samples that the median is of: undisturbed ones, or all valid ones where too
   * few are; no warm-up rounds.
   */
  count: number
  /** Valid samples that nothing disturbed; no warm-up rounds. */
  undisturbed: number
  invalid: number
  /** Valid samples that count for nothing because of what else ran. */
  disturbed: number
  median: number | null
  /**
   * The median, or until there is one that of the warm-up rounds: what a deviation is counted from.
   */
  reference: number | null
  /** The last valid value, also of a warm-up round. */
  last: number | null
  /** The last values, oldest first. */
  recent: readonly number[]
}>

/** A sample in the order of the run. */
export type LivePoint = Readonly<{
  scheduleIndex: number
  cellIndex: number
  variantIndex: number
  /** Null for an invalid sample. */
  value: number | null
  warmup: boolean
  /** By what else ran. */
  isDisturbed: boolean
}>

export type InvalidSample = Readonly<{
  scheduleIndex: number
  benchmark: BenchmarkName
  variantLabel: string
  reason: string
}>

/** Counts samples as they arrive; the same sample is counted once, however often it is reported. */
export type Tally = Readonly<{
  add: (samples: readonly Sample[]) => void
  cases: () => readonly LiveCase[]
  /** In the order of the schedule. */
  points: () => readonly LivePoint[]
  /** Newest first. */
  invalid: () => readonly InvalidSample[]
}>

type CaseState = {
  undisturbed: number[]
  valid: number[]
  warmup: number[]
  recent: number[]
  last: number | null
  invalid: number
}

function emptyState(): CaseState {
  return { undisturbed: [], valid: [], warmup: [], recent: [], last: null, invalid: 0 }
}

/** An empty tally of the cells and variants of a plan. */
export function createTally(cells: readonly Cell[], variants: readonly Variant[]): Tally {
  const seen = new Set<number>()
  const points: LivePoint[] = []
  const invalid: InvalidSample[] = []
  const states = new Map<string, CaseState>()
  for (const cellIndex of cells.keys())
    for (const variantIndex of variants.keys()) states.set(keyOf(cellIndex, variantIndex), emptyState())

  function addSample(sample: Sample): void {
    const { scheduleIndex, cellIndex, variantIndex, warmup, measurement } = sample
    const isDisturbed = sample.voidReason !== undefined
    const cell = cells[cellIndex]
    const state = states.get(keyOf(cellIndex, variantIndex))
    const variant = variants[variantIndex]
    if (!cell || !variant || !state || seen.has(scheduleIndex)) return
    seen.add(scheduleIndex)
    const value = sampleValue(cell.benchmark, clockOf(variant), measurement)
    points.push({ scheduleIndex, cellIndex, variantIndex, value, warmup, isDisturbed })
    if (value === null) {
      state.invalid += 1
      invalid.unshift({
        scheduleIndex,
        benchmark: cell.benchmark,
        variantLabel: variant.label,
        reason: measurement.reason ?? 'The measured time or amount is not positive.',
      })
      return
    }
    state.last = value
    insertSorted(warmup ? state.warmup : state.valid, value)
    if (warmup) return
    if (!isDisturbed) insertSorted(state.undisturbed, value)
    state.recent.push(value)
    if (state.recent.length > recentLength) state.recent.shift()
  }

  function stateOf(cellIndex: number, variantIndex: number): CaseState {
    return states.get(keyOf(cellIndex, variantIndex)) ?? emptyState()
  }

  return {
    add(samples) {
      const before = points.length
      samples.forEach(addSample)
      const isInOrder = points
        .slice(before)
        .every((point, index) => point.scheduleIndex > (points[before + index - 1]?.scheduleIndex ?? -1))
      if (!isInOrder) points.sort((one, other) => one.scheduleIndex - other.scheduleIndex)
    },
    cases: () =>
      cells.flatMap((cell, cellIndex) =>
        variants.map((variant, variantIndex) => {
          const state = stateOf(cellIndex, variantIndex)
          const shown = undisturbedOrAll(state.undisturbed, state.valid)
          const median = medianOfSorted(shown)
          return {
            key: keyOf(cellIndex, variantIndex),
            cellIndex,
            variantIndex,
            benchmark: cell.benchmark,
            quantity: quantityOf(cell.benchmark, clockOf(variant)),
            cell,
            variantLabel: variant.label,
            count: shown.length,
            undisturbed: state.undisturbed.length,
            invalid: state.invalid,
            disturbed: state.valid.length - state.undisturbed.length,
            median,
            reference: median ?? medianOfSorted(state.warmup),
            last: state.last,
            recent: [...state.recent],
          }
        }),
      ),
    points: () => points,
    invalid: () => invalid,
  }
}

function keyOf(cellIndex: number, variantIndex: number): string {
  return `${cellIndex}/${variantIndex}`
}
