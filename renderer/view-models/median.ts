/** Inserts `value` into ascending `sorted`, in place. */
export function insertSorted(sorted: number[], value: number): void {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1
    else high = middle
  }
  sorted.splice(low, 0, value)
}

/**
 * The median of ascending values: the middle one, or the mean of the two middle ones.
 * Null when there are none.
 */
export function medianOfSorted(sorted: readonly number[]): number | null {
  const upper = sorted[sorted.length >>> 1]
  const lower = sorted[(sorted.length - 1) >>> 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}
