/**
 * Calls every task, `count` at a time, in the order in which they stand.
 *
 * @template Result
 * @param {number} count
 * @param {readonly (() => Promise<Result>)[]} tasks
 * @returns {Promise<Result[]>} in that order
 */
export async function sideBySide(count, tasks) {
  /** @type {Result[]} */
  const results = []
  const waiting = tasks.entries() // shared: each lane takes what is next
  async function lane() {
    for (const [index, task] of waiting) results[index] = await task()
  }
  await Promise.all(Array.from({ length: count }, lane))
  return results
}
