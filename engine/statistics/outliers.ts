// Values far from the rest are flagged, with their cause where it is known, and never dropped.
import { medianOfSorted, quantileOfSorted, robustStandardDeviation, sortAscending } from './quantile.ts'

/**
 * Robust standard deviations from the median beyond which a value is extreme. Source: hyperfine.
 */
const extremeDeviations = 10
/** Interquartile ranges outside the quartiles. Source: Tukey, Exploratory Data Analysis (1977). */
const fenceRanges = 1.5

export type Observation = {
  readonly value: number
  /** What is known to have disturbed this sample (thermal throttling, steal time, migration …). */
  readonly cause?: string | null
}

export type Outlier = {
  readonly index: number
  readonly value: number
  /**
   * |x − median| / (1.4826·MAD); null when more than half the values are equal, so that MAD is 0.
   */
  readonly deviations: number | null
  /** More than 10 deviations from the median; with MAD 0, any other value than the median. */
  readonly isExtreme: boolean
  /** Below Q₁ − 1.5·IQR or above Q₃ + 1.5·IQR. */
  readonly isBeyondFences: boolean
  readonly cause: string | null
}

/** The observations that either rule flags, in the order given. */
export function flagOutliers(observations: readonly Observation[]): Outlier[] {
  if (observations.length === 0) return []
  const values = observations.map(({ value }) => value)
  const sorted = sortAscending(values)
  const centre = medianOfSorted(sorted)
  const deviation = robustStandardDeviation(values)
  const firstQuartile = quantileOfSorted(sorted, 0.25)
  const thirdQuartile = quantileOfSorted(sorted, 0.75)
  const fence = fenceRanges * (thirdQuartile - firstQuartile)
  return observations.flatMap(({ value, cause }, index): Outlier[] => {
    const distance = Math.abs(value - centre)
    const isExtreme = distance > extremeDeviations * deviation
    const isBeyondFences = value < firstQuartile - fence || value > thirdQuartile + fence
    if (!isExtreme && !isBeyondFences) return []
    const deviations = deviation === 0 ? null : distance / deviation
    return [{ index, value, deviations, isExtreme, isBeyondFences, cause: cause ?? null }]
  })
}
