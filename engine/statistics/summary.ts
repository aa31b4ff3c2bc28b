// One case by itself, without a baseline.
import { defaultConfidence } from './confidence.ts'
import { elementAt } from './element-at.ts'
import { medianInterval } from './median-interval.ts'
import { flagOutliers, type Observation, type Outlier } from './outliers.ts'
import { median, medianOfSorted, robustStandardDeviation, sortAscending } from './quantile.ts'

/** Values in the unit of the samples. */
export type CaseSummary = {
  readonly n: number
  readonly median: number
  /** Order-statistic interval of the median and its true coverage; null below 6 samples at 95 %. */
  readonly interval: { readonly low: number; readonly high: number; readonly coverage: number } | null
  readonly min: number
  readonly max: number
  /** 100 · 1.4826·MAD / median, percent; null when the median is 0. */
  readonly relativeSpreadPercent: number | null
  readonly outliers: readonly Outlier[]
  /** The median without the outliers, for comparison only. */
  readonly medianWithoutOutliers: number
}

/**
 * Describes the valid samples of one case; null when there are none. The interval holds
 * the median only as far as samples are independent: drift within a run makes it too
 * narrow, which pairing avoids.
 */
export function summarise(
  samples: readonly Observation[],
  confidence: number = defaultConfidence,
): CaseSummary | null {
  if (samples.length === 0) return null
  const values = sortAscending(samples.map(({ value }) => value))
  const centre = medianOfSorted(values)
  const found = medianInterval(values, confidence)
  const outliers = flagOutliers(samples)
  const outlierIndices = new Set(outliers.map(({ index }) => index))
  const kept = samples.filter((_, index) => !outlierIndices.has(index))
  return {
    n: values.length,
    median: centre,
    interval: found && { low: found.low, high: found.high, coverage: found.coverage },
    min: elementAt(values, 0),
    max: elementAt(values, values.length - 1),
    relativeSpreadPercent: centre === 0 ? null : (100 * robustStandardDeviation(values)) / Math.abs(centre),
    outliers,
    medianWithoutOutliers: median(kept.map(({ value }) => value)),
  }
}
