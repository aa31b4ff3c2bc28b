import { elementAt } from './element-at.ts'

/**
 * Geometric mean, (Π x)^(1/n), computed in logarithms, same unit as the values. It is the only mean of
 * ratios that does not depend on which side is the base (Fleming and Wallace, CACM 29(3), 1986); rows
 * must be matched. Null when there is no value or one is not positive.
 */
export function geometricMean(values: readonly number[]): number | null {
  if (values.length === 0 || values.some(value => !(value > 0))) return null
  if (values.length === 1) return elementAt(values, 0)
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
