/**
 * The same rows, sharing equal texts and equal lists. The runs of a library have few kernels,
 * machines and lists of benchmarks: ten thousand of them then take a third of the memory.
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
