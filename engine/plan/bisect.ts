/**
 * Finding the first of an ordered list that differs from its beginning, in as
 * few measurements as can be.
 */

export type Bisection = Readonly<{
  /** The first that changed; null when the last is like the first. */
  changed: number | null
  /** The last before it that has not; those between the two could not be measured. */
  unchanged: number
}>

/** How many of a list are measured at most, if each can be. */
export function mostMeasured(count: number): number {
  return Math.min(count, 2 + Math.ceil(Math.log2(Math.max(1, count - 1))))
}

/**
 * Halves the list until the change is pinned down: 2 + ⌈log2(count − 1)⌉ measurements. The change
 * is taken to stay once it has come. `hasChanged` says whether an item, by its index, differs from
 * the first; null: it cannot be measured, and then its neighbours are.
 */
export async function bisect(
  count: number,
  hasChanged: (index: number) => Promise<boolean | null>,
): Promise<Bisection> {
  const open = Array.from({ length: count }, (_, index) => index)
  let last = open.length - 1
  for (; last > 0; last--) {
    const answer = await hasChanged(last)
    if (answer === false) return { changed: null, unchanged: last }
    if (answer === true) break
  }
  if (last <= 0) return { changed: null, unchanged: 0 }
  let [unchanged, changed] = [0, last]
  let between = open.slice(unchanged + 1, changed)
  while (between.length > 0) {
    const middle = between[(between.length - 1) >> 1]
    if (middle === undefined) break
    const answer = await hasChanged(middle)
    if (answer === true) changed = middle
    if (answer === false) unchanged = middle
    between = between.filter(index => index > unchanged && index < changed && index !== middle)
  }
  return { changed, unchanged }
}
