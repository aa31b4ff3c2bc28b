import type { ChartConfiguration } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import type { ComparisonRow } from '../../engine/contract/comparison.ts'
import type { Matrix } from '../view-models/matrix.ts'
import {
  axisTitle,
  commonOptions,
  legendOptions,
  signedTick,
  ticksOptions,
  tooltipOptions,
} from './common.ts'
import { faded, seriesColor, type ChartTheme } from './theme.ts'

const faint = 0.22 // opacity of a bar whose interval holds 0: there, and clearly not a finding

/** Percent change by benchmark, one bar a variant, whiskers from the low to the high end of its interval. */
export function percentBars(matrix: Matrix, theme: ChartTheme): ChartConfiguration<'barWithErrorBars'> {
  return {
    type: 'barWithErrorBars',
    data: {
      labels: matrix.columns.map(column =>
        column.parameters === '' ? column.cell.benchmark : [column.cell.benchmark, column.parameters],
      ),
      datasets: matrix.rows.map((row, index) => {
        const color = seriesColor(theme, index)
        return {
          label: row.variant.variant.label,
          data: row.cells.map(cell => barOf(cell.row)),
          backgroundColor: row.cells.map(cell => (cell.tone === 'none' ? faded(color, faint) : color)),
          borderColor: color,
          borderWidth: 1,
          borderSkipped: false,
          maxBarThickness: 28,
          categoryPercentage: 0.78,
          barPercentage: 0.92,
          errorBarColor: theme.text,
          errorBarWhiskerColor: theme.text,
          errorBarLineWidth: 1.25,
          errorBarWhiskerLineWidth: 1.25,
          errorBarWhiskerSize: 7,
        }
      }),
    },
    options: {
      ...commonOptions(theme),
      interaction: { mode: 'nearest', intersect: true },
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            label: item => {
              const cell = matrix.rows[item.datasetIndex]?.cells[item.dataIndex]
              return cell?.hasPercent ? `${item.dataset.label ?? ''}: ${cell.text} % ${cell.interval}` : ''
            },
          },
        },
      },
      scales: {
        x: { grid: { display: false }, border: { display: false }, ticks: ticksOptions(theme) },
        y: {
          title: axisTitle(theme, 'change against the baseline in %'),
          border: { display: false },
          ...percentRange(matrix),
          grid: { color: context => (context.tick.value === 0 ? theme.zero : theme.grid) },
          ticks: { ...ticksOptions(theme), callback: signedTick },
        },
      },
    },
  }
}

/** Without an interval there are no whiskers, without an estimate no bar: NaN is not drawn. */
function barOf(row: ComparisonRow | null): { y: number; yMin: number; yMax: number } {
  return { y: row?.percent ?? NaN, yMin: row?.low ?? NaN, yMax: row?.high ?? NaN }
}

const leastRange = 5 // percent; a narrower scale would make noise look like news
const roomAroundEstimates = 3 // times the largest estimate

/**
 * How far the scale reaches: all intervals if they are not much wider than the estimates; else some whiskers
 * run out of the picture, which is better than estimates that cannot be seen.
 */
export function percentRange(matrix: Matrix): Readonly<{ min?: number; max?: number }> {
  const rows = matrix.rows.flatMap(row => row.cells.flatMap(cell => cell.row ?? []))
  const limit = Math.max(leastRange, ...rows.map(row => Math.abs(row.percent ?? 0))) * roomAroundEstimates
  const highest = Math.max(...rows.map(row => row.high ?? 0))
  const lowest = Math.min(...rows.map(row => row.low ?? 0))
  return { ...(highest > limit ? { max: limit } : {}), ...(lowest < -limit ? { min: -limit } : {}) }
}
