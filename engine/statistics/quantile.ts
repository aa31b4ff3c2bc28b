// Order-based descriptions of a set of numbers. Nothing here assumes a distribution.
import { elementAt } from './element-at.ts'

/** Scales the median absolute deviation to the standard deviation of normal data: 1 / Φ⁻¹(¾). */
export const madToStandardDeviation = 1.4826

/**
 * A sorted copy, ascending by value; typed, since that sorts without a function called for every
 * pair. Throws RangeError on NaN, which has no place in an order.
 */
export function sortAscending(values: ArrayLike<number>): Float64Array {
  const sorted = new Float64Array(values).sort()
  if (Number.isNaN(sorted.at(-1))) throw new RangeError('cannot sort NaN')
  return sorted
}

/**
 * Quantile of ascending values by linear interpolation at position q·(n − 1), same unit as the
 * values. Source: Hyndman and Fan, "Sample quantiles in statistical packages" (1996), type 7.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile lies between 0 and 1, not at ${q}`)
  const position = q * (sorted.length - 1)
  const below = elementAt(sorted, Math.floor(position))
  const above = elementAt(sorted, Math.ceil(position))
  return below === above ? below : below + (above - below) * (position - Math.floor(position))
}

/** Quantile of values in any order; see `quantileOfSorted`. */
export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileOfSorted(sortAscending(values), q)
}

/** Median of ascending values, the mean of the two middle ones when their number is even. */
export function medianOfSorted(sorted: ArrayLike<number>): number {
  const upper = elementAt(sorted, Math.floor(sorted.length / 2))
  if (sorted.length % 2 === 1) return upper
  const lower = elementAt(sorted, sorted.length / 2 - 1)
  return lower === upper ? lower : (lower + upper) / 2
}

/** Median of values in any order, same unit as the values. */
export function median(values: ArrayLike<number>): number {
  return medianOfSorted(sortAscending(values))
}

/** Median absolute deviation from the median, not scaled, same unit as the values. */
export function medianAbsoluteDeviation(values: ArrayLike<number>): number {
  const centre = median(values)
  return median(Float64Array.from(values, value => Math.abs(value - centre)))
}

/**
 * σ = 1.4826 · MAD: the standard deviation of normal data, hardly moved by up to
 * half the values being wrong.
 */
export function robustStandardDeviation(values: ArrayLike<number>): number {
  return madToStandardDeviation * medianAbsoluteDeviation(values)
}
