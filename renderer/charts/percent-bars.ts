import type { ChartArea, ChartConfiguration, Scale } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import type { ComparisonRow } from '../../engine/contract/comparison.ts'
import type { Matrix, MatrixCell, MatrixColumn } from '../screens/compare/matrix.ts'
import {
  axisTitle,
  commonOptions,
  legendOptions,
  quietRegion,
  signedTick,
  ticksOptions,
  tooltipOptions,
} from './common.ts'
import { faded, seriesColor, type ChartTheme } from './theme.ts'

const faint = 0.22 // opacity of a bar that no verdict sets apart: there, and clearly not a finding

/**
 * Percent change by benchmark, one bar a variant, whiskers from the low to the
 * high end of its interval.
 */
export function percentBars(matrix: Matrix, theme: ChartTheme): ChartConfiguration<'barWithErrorBars'> {
  return {
    type: 'barWithErrorBars',
    data: {
      labels: matrix.columns.map(columnLabel),
      datasets: matrix.rows.map((row, index) => {
        const color = seriesColor(theme, index)
        return {
          label: row.variant.variant.label,
          data: row.cells.map(cell => barOf(cell.row)),
          backgroundColor: row.cells.map(cell => fillOf(cell, color, theme)),
          borderColor: color,
          borderWidth: row.cells.map(cell => (isDisturbed(cell) ? 0 : 1)),
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
        annotation: {
          annotations: matrix.columns.flatMap((_, index) => {
            const region = regionOfColumn(matrix, index)
            if (region === null) return []
            return quietRegion(theme, { xMin: index - 0.5, xMax: index + 0.5, yMin: -region, yMax: region })
          }),
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
    plugins: [publishedMarks(matrix, theme)],
  }
}

/**
 * A disturbed bar is grey, without the colour of its variant: it must not look like a
 * finding beside the others.
 */
function fillOf(cell: MatrixCell, color: string, theme: ChartTheme): string {
  if (isDisturbed(cell)) return faded(theme.secondary, faint)
  return cell.tone === 'none' ? faded(color, faint) : color
}

function isDisturbed({ row }: MatrixCell): boolean {
  return row?.verdict === 'disturbed'
}

/** The benchmark; below it what sets the column apart from others of it. */
export function columnLabel({ cell, parameters }: MatrixColumn): string | string[] {
  return parameters === '' ? cell.benchmark : [cell.benchmark, parameters]
}

/** δ of the column, if all its rows have the same. */
function regionOfColumn(matrix: Matrix, index: number): number | null {
  const regions = new Set(matrix.rows.map(row => row.cells[index]?.row?.regionPercent ?? null))
  const [first = null] = regions
  return regions.size === 1 ? first : null
}

/** What a plugin here needs of a chart of any kind. */
type DrawnChart = Readonly<{
  ctx: CanvasRenderingContext2D
  chartArea: ChartArea
  scales: Readonly<Record<string, Scale>>
  isDatasetVisible: (index: number) => boolean
  getDatasetMeta: (index: number) => Readonly<{ data: readonly Readonly<{ x: number }>[] }>
}>

/** A diamond on each bar where the published change would end; bars are where Chart.js put them. */
function publishedMarks(matrix: Matrix, theme: ChartTheme) {
  const size = 4.5 // CSS pixels from the middle to a corner
  return {
    id: 'publishedMarks',
    afterDatasetsDraw(chart: DrawnChart) {
      const { ctx, scales, chartArea } = chart
      ctx.save()
      ctx.fillStyle = theme.surface
      ctx.strokeStyle = theme.text
      ctx.lineWidth = 1.5
      for (const [datasetIndex, row] of matrix.rows.entries()) {
        if (!chart.isDatasetVisible(datasetIndex)) continue
        for (const [index, cell] of row.cells.entries()) {
          const y = cell.published === null ? undefined : scales.y?.getPixelForValue(cell.published)
          const x = chart.getDatasetMeta(datasetIndex).data[index]?.x
          if (x === undefined || y === undefined || y < chartArea.top || y > chartArea.bottom) continue
          ctx.beginPath()
          ctx.moveTo(x, y - size)
          ctx.lineTo(x + size, y)
          ctx.lineTo(x, y + size)
          ctx.lineTo(x - size, y)
          ctx.closePath()
          ctx.fill()
          ctx.stroke()
        }
      }
      ctx.restore()
    },
  }
}

/** Without an interval there are no whiskers, without an estimate no bar: NaN is not drawn. */
function barOf(row: ComparisonRow | null): { y: number; yMin: number; yMax: number } {
  return { y: row?.percent ?? NaN, yMin: row?.low ?? NaN, yMax: row?.high ?? NaN }
}

const leastRange = 5 // percent; a narrower scale would make noise look like news
const roomAroundEstimates = 3 // times the largest estimate

/** How far a scale of percent reaches; an end that is missing is where the data end. */
export type PercentRange = Readonly<{ min?: number; max?: number }>

/**
 * All intervals if they are not much wider than the estimates; else some whiskers run out of the
 * picture, which is better than estimates that cannot be seen.
 */
export function rangeAround(
  estimates: readonly number[],
  ends: Readonly<{ lowest: number; highest: number }>,
): PercentRange {
  const limit = Math.max(leastRange, ...estimates.map(Math.abs)) * roomAroundEstimates
  return {
    ...(ends.highest > limit ? { max: limit } : {}),
    ...(ends.lowest < -limit ? { min: -limit } : {}),
  }
}

/** The range for all intervals of a matrix, and the published values laid over it. */
export function percentRange(matrix: Matrix): PercentRange {
  const rows = matrix.rows.flatMap(row => row.cells.flatMap(cell => cell.row ?? []))
  const published = matrix.rows.flatMap(row => row.cells.map(cell => cell.published ?? 0))
  return rangeAround([...rows.map(row => row.percent ?? 0), ...published], {
    highest: Math.max(...rows.map(row => row.high ?? 0)),
    lowest: Math.min(...rows.map(row => row.low ?? 0)),
  })
}
