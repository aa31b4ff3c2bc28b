// A table of many rows finds something by chance alone; these two
// corrections take that into account.
import { assertConfidence } from './confidence.ts'

/**
 * The confidence each of m intervals needs for all to hold at once with at least
 * `confidence`: 1 − (1 − confidence)/m. Source: Bonferroni; Dunn, JASA 56 (1961). Valid
 * however the rows depend on each other.
 */
export function familyConfidence(confidence: number, rows: number): number {
  assertConfidence(confidence)
  if (!Number.isInteger(rows) || rows < 1) throw new RangeError(`a table has at least one row, not ${rows}`)
  return 1 - (1 - confidence) / rows
}

/**
 * Holm's step-down adjustment of p-values: sorted ascending, p̃₍ᵢ₎ = max over j ≤ i of (m − j +
 * 1)·p₍ⱼ₎, at most 1. A row without a p-value (null) stays null and is not counted. Source: Holm,
 * Scandinavian Journal of Statistics 6 (1979).
 */
export function holmAdjusted(pValues: readonly (number | null)[]): (number | null)[] {
  const ranked = pValues.flatMap((p, row) => (p === null ? [] : [{ p, row }])).sort((a, b) => a.p - b.p)
  const adjusted: (number | null)[] = pValues.map(() => null)
  let largest = 0
  ranked.forEach(({ p, row }, index) => {
    largest = Math.max(largest, Math.min(1, (ranked.length - index) * p))
    adjusted[row] = largest
  })
  return adjusted
}
