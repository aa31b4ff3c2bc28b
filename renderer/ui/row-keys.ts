/** Keys that go through the rows of a list, as in any list of a desktop. Pure. */

const rowsOfAPage = 10

/**
 * The row that a key leads to from `index`, among `count`; null for a key that leads nowhere, or
 * that would leave the list.
 */
export function rowAfterKey(key: string, index: number, count: number): number | null {
  const last = count - 1
  const wanted = new Map([
    ['ArrowDown', index + 1],
    ['ArrowUp', index - 1],
    ['PageDown', Math.min(last, index + rowsOfAPage)],
    ['PageUp', Math.max(0, index - rowsOfAPage)],
    ['Home', 0],
    ['End', last],
  ]).get(key)
  return wanted === undefined || wanted < 0 || wanted > last ? null : wanted
}
