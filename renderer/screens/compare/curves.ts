/** What changes with the number of tasks or with the folio size, from a comparison. Pure. */
import { isReading, unitsOf, type BenchmarkName } from '../../../engine/contract/benchmark.ts'
import type { Scale } from '../../../engine/text/value-text.ts'
import { scaleFor } from '../../../engine/text/value-text.ts'
import type { Matrix, MatrixCell, MatrixColumn } from './matrix.ts'

export type CurvePoint = Readonly<{
  /** A number of tasks, or a folio size in bytes. */
  x: number
  /** In base units; null when there is no sample. */
  value: number | null
  /** Ends of the interval of the change, there where the value stands; null without one. */
  low: number | null
  high: number | null
}>

export type CurveSeries = Readonly<{
  label: string
  kind: 'baseline' | 'variant' | 'published'
  points: readonly CurvePoint[]
}>

/** One benchmark: the baseline first, then the variants in the order of the matrix. */
export type Curves = Readonly<{
  key: string
  benchmark: BenchmarkName
  axis: 'tasks' | 'folio'
  /** What the y axis shows, with its unit. */
  title: string
  scale: Scale
  isChange: boolean
  xs: readonly number[]
  series: readonly CurveSeries[]
}>

type Axis = Readonly<{
  name: Curves['axis']
  of: (column: MatrixColumn) => number
  /** Equal for the columns of one curve. */
  groupOf: (column: MatrixColumn) => string
}>

const tasksAxis: Axis = {
  name: 'tasks',
  of: ({ cell }) => cell.parameters.tasks,
  groupOf: ({ cell: { benchmark, parameters } }) =>
    `${benchmark}/${parameters.sizeBytes}/${parameters.folioBytes}`,
}

const folioAxis: Axis = {
  name: 'folio',
  of: ({ cell }) => cell.parameters.folioBytes,
  groupOf: ({ cell: { benchmark, parameters } }) =>
    `${benchmark}/${parameters.sizeBytes}/${parameters.tasks}`,
}

type PlacedColumn = Readonly<{ index: number; column: MatrixColumn }>

/**
 * Throughput over tasks, of the benchmarks that were measured with more than one number of them.
 */
export function curvesOverTasks(matrix: Matrix, baselineLabel: string): readonly Curves[] {
  return groupsOf(matrix, tasksAxis).map(group => valueCurves(group, tasksAxis, matrix, baselineLabel))
}

/**
 * Of the benchmarks that were measured with folios of several sizes: what a page takes, and the
 * change against the baseline with that of the published table overlaid, if any.
 */
export function curvesOverFolios(
  matrix: Matrix,
  baselineLabel: string,
): readonly Readonly<{ value: Curves; change: Curves }>[] {
  return groupsOf(matrix, folioAxis).map(group => ({
    value: valueCurves(group, folioAxis, matrix, baselineLabel),
    change: changeCurves(group, matrix),
  }))
}

function groupsOf(matrix: Matrix, axis: Axis): readonly (readonly PlacedColumn[])[] {
  const groups = new Map<string, PlacedColumn[]>()
  for (const [index, column] of matrix.columns.entries()) {
    const key = axis.groupOf(column)
    groups.set(key, [...(groups.get(key) ?? []), { index, column }])
  }
  return [...groups.values()]
    .filter(group => group.length > 1)
    .map(group => group.sort((one, other) => axis.of(one.column) - axis.of(other.column)))
}

/**
 * Medians: of throughput as they are, of times those of a page or of an answer, which differ in
 * nothing but folios.
 */
function valueCurves(
  group: readonly PlacedColumn[],
  axis: Axis,
  matrix: Matrix,
  baselineLabel: string,
): Curves {
  const { key, benchmark, quantity, factorOf, unit } = aboutGroup(group)
  const baseline = group.map(({ index, column }) => ({
    x: axis.of(column),
    value: scaled(
      matrix.rows.flatMap(row => row.cells[index]?.row?.baselineMedian ?? [])[0],
      factorOf(column),
    ),
    low: null,
    high: null,
  }))
  const series: CurveSeries[] = [
    { label: baselineLabel, kind: 'baseline', points: baseline },
    ...matrix.rows.map(row => ({
      label: row.variant.variant.label,
      kind: 'variant' as const,
      points: group.map(({ index, column }) =>
        medianPoint(axis.of(column), row.cells[index], factorOf(column)),
      ),
    })),
  ]
  const values = series.flatMap(({ points }) => points.flatMap(point => point.value ?? []))
  const scale = quantity === 'time' ? { unit, divisor: 1, decimals: 2 } : scaleFor(quantity, values)
  return {
    ...{ key, benchmark, axis: axis.name, scale, series, isChange: false },
    title: `${benchmark} in ${scale.unit}`,
    xs: group.map(({ column }) => axis.of(column)),
  }
}

function changeCurves(group: readonly PlacedColumn[], matrix: Matrix): Curves {
  const { key, benchmark } = aboutGroup(group)
  const measured = matrix.rows.map(row => ({
    label: row.variant.variant.label,
    kind: 'variant' as const,
    points: group.map(({ index, column }) => {
      const { percent = null, low = null, high = null } = row.cells[index]?.row ?? {}
      return { x: folioAxis.of(column), value: percent, low, high }
    }),
  }))
  const published = matrix.rows.flatMap(row => {
    const points = group.map(({ index, column }) => ({
      x: folioAxis.of(column),
      value: row.cells[index]?.published ?? null,
      low: null,
      high: null,
    }))
    const isThere = points.some(({ value }) => value !== null)
    return isThere
      ? [{ label: `${row.variant.variant.label}, published`, kind: 'published' as const, points }]
      : []
  })
  return {
    ...{ key: `${key}/change`, benchmark, axis: 'folio', isChange: true },
    title: `${benchmark}, change in %`,
    scale: { unit: '%', divisor: 1, decimals: 1 },
    xs: group.map(({ column }) => folioAxis.of(column)),
    series: [...measured, ...published],
  }
}

function aboutGroup(group: readonly PlacedColumn[]) {
  const [first] = group
  if (!first) throw new Error('a group of columns has at least one')
  const { key, cell, quantity } = first.column
  const { benchmark } = cell
  return {
    ...{ key, benchmark, quantity },
    unit: isReading(benchmark) ? 'ns per answer' : 'ns per page',
    factorOf: ({ cell: { parameters } }: MatrixColumn) =>
      quantity === 'time' ? 1 / unitsOf(benchmark, parameters) : 1,
  }
}

function scaled(value: number | null | undefined, factor: number): number | null {
  return value === null || value === undefined ? null : value * factor
}

/** The median, with the interval of the change laid around where no change would be. */
function medianPoint(x: number, cell: MatrixCell | undefined, factor: number): CurvePoint {
  const row = cell?.row ?? null
  const value = scaled(row?.variantMedian, factor)
  const { percent, low, high } = row ?? { percent: null, low: null, high: null }
  if (value === null || percent === null || low === null || high === null)
    return { x, value, low: null, high: null }
  const unchanged = value / (1 + percent / 100)
  return { x, value, low: unchanged * (1 + low / 100), high: unchanged * (1 + high / 100) }
}
