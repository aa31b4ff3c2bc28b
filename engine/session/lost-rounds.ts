/** Which samples count for nothing, and which cells lack rounds because of it. Pure. */
import type { Plan } from '../contract/plan.ts'
import type { Measurement, Sample, SamplePlace } from '../contract/sample.ts'
import { clockOf } from '../contract/variant.ts'
import { maximumRounds } from '../plan/schedule.ts'
import { wholeRounds } from '../plan/whole-rounds.ts'
import { loadCounters, voidReason } from '../statistics/disturbance.ts'

/**
 * Why a measurement counts for nothing; null when it counts, or is invalid anyway. Counted
 * instructions are not disturbed.
 */
export function voidReasonOf(
  { variants }: Plan,
  { variantIndex }: SamplePlace,
  { valid, counters, tasks }: Measurement,
): string | null {
  const variant = variants[variantIndex]
  if (!valid || !variant || clockOf(variant) === 'instructions') return null
  return voidReason(counters, tasks.length)
}

/**
 * A measurement as it is stored. Where instructions are counted, how busy the guest was by its own
 * virtual clock is left out: nothing follows from it.
 */
export function storedMeasurement(
  { variants }: Plan,
  { variantIndex }: SamplePlace,
  measurement: Measurement,
): Measurement {
  const variant = variants[variantIndex]
  if (!variant || clockOf(variant) !== 'instructions') return measurement
  const isLeftOut = new Set<string>(loadCounters)
  const counters = Object.entries(measurement.counters).filter(([name]) => !isLeftOut.has(name))
  return { ...measurement, counters: Object.fromEntries(counters) }
}

/** What is known of lost rounds while they are replaced; `samples` may grow. */
export type LostRounds = Readonly<{
  /**
   * Whether a cell has fewer whole rounds than planned. One without any loses all: then another
   * round would be lost as well.
   */
  isLacking: (cellIndex: number) => boolean
  /** What became of them, as a sentence after another one; empty when no round was lost. */
  words: () => string
}>

/** How many rounds each cell lacks of those planned, from the samples so far. */
export function lostRounds(plan: Plan, cellCount: number, samples: readonly Sample[]): LostRounds {
  const planned = maximumRounds(plan)
  function lackOf(whole: number): number {
    return whole === 0 ? 0 : Math.max(0, planned - whole)
  }
  const lost = Math.max(0, ...wholeRounds(plan, cellCount, samples, plan.warmupRounds + planned).map(lackOf))
  let known = { count: -1, whole: [] as readonly number[] }
  return {
    isLacking: cellIndex => {
      if (known.count !== samples.length)
        known = { count: samples.length, whole: wholeRounds(plan, cellCount, samples) }
      return lackOf(known.whole[cellIndex] ?? 0) > 0
    },
    words: () => {
      if (lost === 0) return ''
      const lacking = Math.max(...wholeRounds(plan, cellCount, samples).map(lackOf))
      const most = `up to ${lost} ${lost === 1 ? 'round' : 'rounds'} of a benchmark`
      return lacking === 0
        ? ` Lost rounds were repeated at the end (${most}).`
        : ` Rounds were lost (${most}) and repeated at the end, at most half of the planned number; ${lacking} are missing.`
    },
  }
}
