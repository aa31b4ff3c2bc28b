/** Changes of a run as the one value that the library keeps of them: numbers, so many of each. */
import type { ComparisonRow } from '../contract/comparison.ts'

/** A change with its place in the run instead of its cell and variant. */
export type StoredChange = Pick<
  ComparisonRow,
  'percent' | 'low' | 'high' | 'coverage' | 'family' | 'n' | 'noiseFloorPercent'
> &
  Readonly<{ cellIndex: number; variantIndex: number; isDisturbed: boolean }>

const numbersOfEach = 11
const bytesOfEach = numbersOfEach * Float64Array.BYTES_PER_ELEMENT

/** The value of changes, in the byte order of every processor that the lab runs on. */
export function changesContent(changes: readonly StoredChange[]): Buffer {
  const numbers = changes.flatMap(change => [
    ...[change.cellIndex, change.variantIndex, change.percent, change.low, change.high, change.coverage],
    ...[change.family?.low, change.family?.high, change.n, change.noiseFloorPercent],
    Number(change.isDisturbed),
  ])
  return Buffer.from(Float64Array.from(numbers, number => number ?? NaN).buffer)
}

/** The changes of these variants; null for a value that holds none. */
export function changesIn(content: Buffer, variants: readonly number[]): StoredChange[] | null {
  if (content.length % bytesOfEach !== 0) return null
  const wanted = new Set(variants)
  const numbers = new Float64Array(content.length / Float64Array.BYTES_PER_ELEMENT)
  content.copy(Buffer.from(numbers.buffer))
  const changes: StoredChange[] = []
  for (let at = 0; at < numbers.length; at += numbersOfEach)
    if (wanted.has(numbers[at + 1] ?? NaN)) changes.push(changeAt(numbers, at))
  return changes
}

function changeAt(numbers: Float64Array, at: number): StoredChange {
  const [low, high] = [valueAt(numbers, at + 6), valueAt(numbers, at + 7)]
  return {
    cellIndex: numbers[at] ?? NaN,
    variantIndex: numbers[at + 1] ?? NaN,
    percent: valueAt(numbers, at + 2),
    low: valueAt(numbers, at + 3),
    high: valueAt(numbers, at + 4),
    coverage: valueAt(numbers, at + 5),
    family: low === null || high === null ? null : { low, high, coverage: null },
    n: numbers[at + 8] ?? NaN,
    noiseFloorPercent: valueAt(numbers, at + 9),
    isDisturbed: numbers[at + 10] === 1,
  }
}

/** Null where nothing is known. */
function valueAt(numbers: Float64Array, at: number): number | null {
  const value = numbers[at]
  return value === undefined || Number.isNaN(value) ? null : value
}
