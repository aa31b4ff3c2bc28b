import type { Timestamp } from '../contract/units.ts'
import type { RunOrigin } from './run-origin.ts'

type Measured = Readonly<{ origin: RunOrigin; at: Timestamp }>

/**
 * Rows in the order in which they were measured; they come in the order in which they were stored.
 * That is the order of the lab's own runs, whatever its clock said. A run of a file stands where
 * its moment puts it: before the first own one that is later.
 */
export function inMeasuringOrder<T extends Measured>(rows: readonly T[]): T[] {
  const files = rows.filter(({ origin }) => origin !== 'measured').toSorted((one, other) => one.at - other.at)
  const merged: T[] = []
  let next = 0
  for (const own of rows.filter(({ origin }) => origin === 'measured')) {
    for (let file = files[next]; file && file.at < own.at; file = files[++next]) merged.push(file)
    merged.push(own)
  }
  return [...merged, ...files.slice(next)]
}
