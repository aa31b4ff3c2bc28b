import type { ChartConfiguration, Scale } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import type { Matrix, MatrixCell } from '../screens/compare/matrix.ts'
import { axisTitle, commonOptions, quietRegion, signedTick, ticksOptions, tooltipOptions } from './common.ts'
import { percentRange } from './percent-bars.ts'
import type { ChartTheme } from './theme.ts'

/** A line of the plot: the name of a benchmark above its variants, or one interval. */
export type ForestLine = Readonly<{ label: string; cell: MatrixCell | null }>

const lineHeight = 20 // CSS pixels
const axesHeight = 64

/**
 * Every interval of a matrix from top to bottom; with one variant the benchmarks
 * need no lines of their own.
 */
export function forestLines(matrix: Matrix): readonly ForestLine[] {
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
  return forestLines(matrix).length * lineHeight + axesHeight
}

/**
 * Estimates with the interval of the row by itself (thick) and the one that holds together with all
 * others (thin), which the verdict judges; behind each the region of no interest.
 */
export function forest(matrix: Matrix, theme: ChartTheme): ChartConfiguration<'scatterWithErrorBars'> {
  const lines = forestLines(matrix)
  const colors = lines.map(({ cell }) => toneColor(cell, theme))
  const side = {
    type: 'linear',
    reverse: true,
    min: -0.6,
    max: lines.length - 0.4,
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = lines.map((_, value) => ({ value }))
    },
    grid: { display: false },
    border: { display: false },
  } as const
  const ticks = { ...ticksOptions(theme), autoSkip: false, padding: 6 }
  return {
    type: 'scatterWithErrorBars',
    data: {
      datasets: [
        {
          data: lines.map(({ cell }, y) => pointOf(cell, y)),
          backgroundColor: lines.map(({ cell }, index) =>
            cell === null || cell.tone === 'none' ? theme.surface : (colors[index] ?? theme.text),
          ),
          borderColor: colors,
          borderWidth: 1.5,
          pointRadius: 4,
          pointHoverRadius: 5,
          pointStyle: lines.map(({ cell }) => (cell?.tone === 'none' ? 'circle' : 'rect')),
          errorBarColor: { v: [theme.text, theme.secondary] },
          errorBarWhiskerColor: { v: ['transparent', theme.secondary] },
          errorBarLineWidth: { v: [2.5, 1] },
          errorBarWhiskerLineWidth: { v: [0, 1] },
          errorBarWhiskerSize: { v: [0, 6] },
        },
      ],
    },
    options: {
      ...commonOptions(theme),
      interaction: { mode: 'nearest', axis: 'y', intersect: false },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipOptions(theme),
          filter: ({ dataIndex }) => lines[dataIndex]?.cell?.hasPercent === true,
          callbacks: { label: ({ dataIndex }) => lines[dataIndex]?.cell?.description ?? '' },
        },
        annotation: {
          annotations: lines.flatMap(({ cell }, y) => {
            const region = cell?.row?.regionPercent ?? null
            if (region === null) return []
            return quietRegion(theme, { xMin: -region, xMax: region, yMin: y - 0.5, yMax: y + 0.5 })
          }),
        },
      },
      scales: {
        x: {
          position: 'top', // a long plot is read from its beginning
          title: axisTitle(theme, 'change against the baseline in %'),
          border: { display: false },
          ...percentRange(matrix),
          grid: { color: context => (context.tick.value === 0 ? theme.zero : theme.grid) },
          ticks: { ...ticksOptions(theme), callback: signedTick },
        },
        y: {
          ...side,
          ticks: {
            ...ticks,
            color: theme.text,
            font: ({ index }) => ({
              ...ticks.font,
              weight: lines[index]?.cell === null ? 'bold' : 'normal',
            }),
            callback: value => lines[Number(value)]?.label ?? '',
          },
        },
        numbers: {
          ...side,
          axis: 'y',
          position: 'right',
          ticks: { ...ticks, callback: value => numbersOf(lines[Number(value)]?.cell ?? null) },
        },
      },
    },
  }
}

/** Without an estimate nothing is drawn, as NaN is not. */
function pointOf(cell: MatrixCell | null, y: number) {
  const row = cell?.row
  const family = row?.family
  return {
    x: row?.percent ?? NaN,
    y,
    yMin: NaN,
    yMax: NaN,
    xMin: [row?.low ?? NaN, family?.low ?? NaN],
    xMax: [row?.high ?? NaN, family?.high ?? NaN],
  }
}

function toneColor(cell: MatrixCell | null, theme: ChartTheme): string {
  return cell === null || cell.tone === 'none' ? theme.secondary : theme[cell.tone]
}

function numbersOf(cell: MatrixCell | null): string {
  if (cell === null) return ''
  return cell.hasPercent ? `${cell.text} ${cell.interval}` : 'no samples'
}
