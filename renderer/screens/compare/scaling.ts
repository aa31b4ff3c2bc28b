/** Throughput over the number of tasks, from the rows of a comparison. Pure. */
import type { BenchmarkName } from '../../../engine/contract/benchmark.ts'
import type { Scale } from '../../../engine/text/value-text.ts'
import { scaleFor } from '../../../engine/text/value-text.ts'
import type { Matrix, MatrixCell, MatrixColumn } from './matrix.ts'

export type ScalingPoint = Readonly<{
  tasks: number
  /** In base units; null when there is no sample. */
  value: number | null
  /**
   * Where the median would lie at the ends of the interval of the change; null without an interval.
   */
  low: number | null
  high: number | null
}>

export type ScalingSeries = Readonly<{ label: string; isBaseline: boolean; points: readonly ScalingPoint[] }>

/**
 * One benchmark with one region: the baseline first, then the variants in the order of the matrix.
 */
export type Scaling = Readonly<{
  key: string
  benchmark: BenchmarkName
  scale: Scale
  tasks: readonly number[]
  series: readonly ScalingSeries[]
}>

/** The benchmarks of a matrix that were measured with more than one number of tasks. */
export function scalingsOf(matrix: Matrix, baselineLabel: string): readonly Scaling[] {
  const groups = new Map<string, number[]>()
  for (const [index, { cell }] of matrix.columns.entries()) {
    const { sizeBytes, folioBytes } = cell.parameters
    const key = `${cell.benchmark}/${sizeBytes}/${folioBytes}`
    groups.set(key, [...(groups.get(key) ?? []), index])
  }
  return [...groups]
    .map(([key, indexes]) => scalingOf(key, indexes, matrix, baselineLabel))
    .filter(scaling => scaling !== null)
}

function scalingOf(
  key: string,
  indexes: readonly number[],
  matrix: Matrix,
  baselineLabel: string,
): Scaling | null {
  const columns = indexes
    .flatMap(index => {
      const column = matrix.columns[index]
      return column ? [{ index, column }] : []
    })
    .sort((one, other) => tasksOf(one.column) - tasksOf(other.column))
  const [first] = columns
  if (!first || columns.length < 2) return null
  const baseline = columns.map(({ index, column }) => ({
    tasks: tasksOf(column),
    value: matrix.rows.flatMap(row => row.cells[index]?.row?.baselineMedian ?? [])[0] ?? null,
    low: null,
    high: null,
  }))
  const series = [
    { label: baselineLabel, isBaseline: true, points: baseline },
    ...matrix.rows.map(row => ({
      label: row.variant.variant.label,
      isBaseline: false,
      points: columns.map(({ index, column }) => pointOf(tasksOf(column), row.cells[index])),
    })),
  ]
  const values = series.flatMap(({ points }) => points.flatMap(point => point.value ?? []))
  return {
    key,
    benchmark: first.column.cell.benchmark,
    scale: scaleFor(first.column.quantity, values),
    tasks: columns.map(({ column }) => tasksOf(column)),
    series,
  }
}

function tasksOf(column: MatrixColumn): number {
  return column.cell.parameters.tasks
}

function pointOf(tasks: number, cell: MatrixCell | undefined): ScalingPoint {
  const row = cell?.row ?? null
  const value = row?.variantMedian ?? null
  const { percent, low, high } = row ?? { percent: null, low: null, high: null }
  if (value === null || percent === null || low === null || high === null)
    return { tasks, value, low: null, high: null }
  const unchanged = value / (1 + percent / 100)
  return { tasks, value, low: unchanged * (1 + low / 100), high: unchanged * (1 + high / 100) }
}
