/**
 * The same rows, in which equal texts and equal lists of texts are one. Runs of a library have few
 * kernels, machines and lists of benchmarks: ten thousand of them take a third of the memory then.
 */
export function shareEqual<Row extends object>(rows: readonly Row[]): Row[] {
  const known = new Map<string, unknown>()
  function shared(value: unknown): unknown {
    if (typeof value !== 'string' && !Array.isArray(value)) return value
    const key = JSON.stringify(value)
    if (!known.has(key)) known.set(key, value)
    return known.get(key)
  }
  // Each row has the very names and values that it had.
  return rows.map(
    row => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, shared(value)])) as Row,
  )
}
