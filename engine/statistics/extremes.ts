// `Math.min(...values)` passes each value as an argument, of which there is room
// for some hundred thousand.

/** Infinity of an empty list. */
export function smallestOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity)
}

/** −Infinity of an empty list. */
export function largestOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}
