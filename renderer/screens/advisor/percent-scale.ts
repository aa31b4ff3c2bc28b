/** Where changes in percent lie on a line that many rows share. Pure. */
import type { Percent } from '../../../engine/contract/units.ts'
import { formatSigned } from '../../../engine/text/format.ts'

export type PercentScale = Readonly<{
  min: Percent
  max: Percent
  ticks: readonly Readonly<{ value: Percent; text: string; place: number }>[]
}>

/** A change on a scale; places are percent of its width, and null without an estimate. */
export type Whisker = Readonly<{
  point: number | null
  interval: Readonly<{ from: number; to: number; isCutLow: boolean; isCutHigh: boolean }> | null
  /** The region of no interest around 0. */
  region: Readonly<{ from: number; to: number }>
}>

export type Change = Readonly<{
  percent: Percent | null
  low: Percent | null
  high: Percent | null
  regionPercent: Percent
}>

const leastRange = 5 // percent; a narrower scale would make noise look like a change
// Times the largest estimate: whiskers beyond run out of the picture.
const roomAroundEstimates = 1.6
const mostSteps = 6

/** Holds 0, all estimates, and of the intervals what lies not much farther out. */
export function percentScale(changes: readonly Change[]): PercentScale {
  const estimates = changes.flatMap(({ percent }) => percent ?? [])
  const limit = Math.max(leastRange, ...estimates.map(Math.abs)) * roomAroundEstimates
  const lows = changes.flatMap(({ low, percent }) => low ?? percent ?? [])
  const highs = changes.flatMap(({ high, percent }) => high ?? percent ?? [])
  const lowest = Math.max(-limit, Math.min(-leastRange, ...lows))
  const highest = Math.min(limit, Math.max(leastRange, ...highs))
  const step = niceStep((highest - lowest) / mostSteps)
  const first = Math.floor(lowest / step)
  const last = Math.ceil(highest / step)
  const [min, max] = [first * step, last * step]
  return {
    min,
    max,
    ticks: Array.from({ length: last - first + 1 }, (_, index) => {
      const value = (first + index) * step
      return { value, text: formatSigned(value, 0), place: placeOn(value, { min, max }) }
    }),
  }
}

/** Places on the scale, from 0 to 1; an interval that leaves it is cut. */
export function whiskerOf({ percent, low, high, regionPercent }: Change, scale: PercentScale): Whisker {
  return {
    point: percent === null ? null : place(percent),
    interval:
      low === null || high === null
        ? null
        : { from: place(low), to: place(high), isCutLow: low < scale.min, isCutHigh: high > scale.max },
    region: { from: place(-regionPercent), to: place(regionPercent) },
  }

  function place(value: Percent): number {
    return Math.min(100, Math.max(0, placeOn(value, scale)))
  }
}

/** Percent of the width from `min` to `max`. */
function placeOn(value: Percent, { min, max }: Pick<PercentScale, 'min' | 'max'>): number {
  return (100 * (value - min)) / (max - min)
}

/** The least of 1, 2, 5, 10, 20 … that is no less than `wanted`. */
function niceStep(wanted: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(wanted)))
  return power * ([1, 2, 5].find(factor => factor * power >= wanted) ?? 10)
}
