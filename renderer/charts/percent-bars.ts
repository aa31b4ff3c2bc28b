import type { ChartConfiguration } from 'chart.js'
import { formatInterval, formatPercent, formatSigned } from '../view-models/format.ts'
import type { Matrix } from '../view-models/matrix.ts'
import { axisTitle, commonOptions, legendOptions, ticksOptions, tooltipOptions } from './common.ts'
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
          data: row.cells.map(cell => barOf(cell.row?.percent, cell.row?.low, cell.row?.high)),
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
              const row = matrix.rows[item.datasetIndex]?.cells[item.dataIndex]?.row
              if (row?.percent == null) return ''
              const interval =
                row.low === null || row.high === null ? '' : ` ${formatInterval(row.low, row.high)}`
              return `${item.dataset.label ?? ''}: ${formatPercent(row.percent)}${interval}`
            },
          },
        },
      },
      scales: {
        x: { grid: { display: false }, border: { color: theme.zero }, ticks: ticksOptions(theme) },
        y: {
          title: axisTitle(theme, 'change against the baseline in %'),
          border: { display: false },
          grid: { color: context => (context.tick.value === 0 ? theme.zero : theme.grid) },
          ticks: { ...ticksOptions(theme), callback: value => formatSigned(Number(value), 0) },
        },
      },
    },
  }
}

/** Without an interval the whiskers collapse onto the estimate; without an estimate there is no bar. */
function barOf(
  percent: number | null | undefined,
  low: number | null | undefined,
  high: number | null | undefined,
): { y: number; yMin: number; yMax: number } {
  const y = percent ?? NaN
  return { y, yMin: low ?? y, yMax: high ?? y }
}
