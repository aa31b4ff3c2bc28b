import type { ChartConfiguration } from 'chart.js'
import type { Matrix, MatrixCell } from '../screens/compare/matrix.ts'
import { clippedText, forestPlot, forestPlotHeight, type ForestLine } from './forest-plot.ts'
import type { ChartTheme } from './theme.ts'

/** The name of a benchmark above its variants, or one interval. */
type MatrixLine = Readonly<{ label: string; cell: MatrixCell | null }>

const lineHeight = 20 // CSS pixels

/**
 * Every interval of a matrix from top to bottom; with one variant the benchmarks
 * need no lines of their own.
 */
function linesOf(matrix: Matrix): readonly MatrixLine[] {
  return matrix.columns.flatMap((column, index) => {
    const name =
      column.parameters === '' ? column.cell.benchmark : `${column.cell.benchmark}, ${column.parameters}`
    const cells = matrix.rows.flatMap(row => row.cells[index] ?? [])
    const [only] = cells
    if (cells.length === 1 && only) return [{ label: name, cell: only }]
    return [{ label: name, cell: null }, ...cells.map(cell => ({ label: cell.variant.variant.label, cell }))]
  })
}

/** Height in CSS pixels at which each line has its room. */
export function forestHeight(matrix: Matrix): number {
  return forestPlotHeight(linesOf(matrix).length, lineHeight)
}

/**
 * Estimates with the interval of the row by itself (thick) and the one that holds together with all
 * others (thin), which the verdict judges; behind each the region of no interest.
 */
export function forest(matrix: Matrix, theme: ChartTheme): ChartConfiguration<'scatterWithErrorBars'> {
  const lines = linesOf(matrix).map(line => forestLine(line, theme))
  return forestPlot(lines, 'change against the baseline in %', theme)
}

/** How many intervals run out of the plot, for people; empty when all are seen whole. */
export function forestClippedText(matrix: Matrix): string {
  return clippedText(linesOf(matrix).map(({ cell }) => intervalsOf(cell)))
}

function intervalsOf(cell: MatrixCell | null) {
  const { percent = null, low = null, high = null, family = null } = cell?.row ?? {}
  return {
    percent,
    inner: rangeOf(low, high),
    outer: rangeOf(family?.low ?? null, family?.high ?? null),
  }
}

function forestLine({ label, cell }: MatrixLine, theme: ChartTheme): ForestLine {
  const isFound = cell !== null && cell.tone !== 'none'
  const color = isFound ? theme[cell.tone] : theme.secondary
  return {
    label,
    isBold: cell === null,
    ...intervalsOf(cell),
    fill: isFound ? color : theme.surface,
    color,
    point: { style: cell?.tone === 'none' ? 'circle' : 'rect', radius: 4 },
    numbers: numbersOf(cell),
    description: cell?.hasPercent === true ? cell.description : null,
    regionPercent: cell?.row?.regionPercent ?? null,
  }
}

function rangeOf(low: number | null, high: number | null): ForestLine['inner'] {
  return low === null || high === null ? null : { low, high }
}

function numbersOf(cell: MatrixCell | null): string {
  if (cell === null) return ''
  return cell.hasPercent ? `${cell.text} ${cell.interval}` : 'no samples'
}
