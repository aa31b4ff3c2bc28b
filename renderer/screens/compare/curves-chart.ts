import type { ChartConfiguration } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import { formatBytes } from '../../../engine/text/size-text.ts'
import { formatScaled } from '../../../engine/text/value-text.ts'
import { formatQuantity, formatSigned } from '../../../engine/text/format.ts'
import type { Curves, CurveSeries } from './curves.ts'
import {
  axisTitle,
  commonOptions,
  legendOptions,
  ticksOptions,
  tooltipOptions,
  whiskerOptions,
} from '../../charts/common.ts'
import { seriesColor, type ChartTheme } from '../../charts/theme.ts'

const shapes = ['circle', 'rectRot', 'triangle', 'rect', 'star', 'cross', 'crossRot', 'dash'] as const

/**
 * Values over tasks or over folio sizes, a line a variant; whiskers are the interval of the change
 * against the baseline.
 */
export function curves(data: Curves, theme: ChartTheme): ChartConfiguration<'lineWithErrorBars'> {
  const { scale, xs, series, benchmark, axis, title, isChange } = data
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ value }) => (value === null ? [] : [value / scale.divisor])),
  )
  function scaled(value: number | null): number {
    return (value ?? NaN) / scale.divisor
  }
  function describe(x: number): string {
    return axis === 'tasks' ? formatQuantity(x, 'task') : `folios of ${formatBytes(x)}`
  }
  return {
    type: 'lineWithErrorBars',
    data: {
      datasets: series.map(one => {
        const color = colorOf(one, series, theme)
        const isMain = one.kind === 'variant'
        return {
          label: one.label,
          data: one.points.map(({ x, value, low, high }) => ({
            x,
            y: scaled(value),
            yMin: scaled(low),
            yMax: scaled(high),
          })),
          borderColor: color,
          backgroundColor: isMain ? color : theme.surface,
          borderWidth: isMain ? 2 : 1.5,
          borderDash: isMain ? [] : one.kind === 'baseline' ? [5, 4] : [2, 3],
          pointStyle: shapeOf(one, series),
          pointRadius: 4,
          pointHoverRadius: 6,
          // Drawn point by point, which pictures need: a cached path cannot be written as SVG.
          segment: {},
          ...whiskerOptions(color),
        }
      }),
    },
    options: {
      ...commonOptions(theme),
      clip: 8,
      interaction: { mode: 'nearest', intersect: true },
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            title: ([item]) => `${benchmark}, ${describe(xs[item?.dataIndex ?? 0] ?? 0)}`,
            label: ({ dataset, datasetIndex, dataIndex }) => {
              const value = series[datasetIndex]?.points[dataIndex]?.value ?? null
              return `${dataset.label ?? ''}: ${valueText(value, data)}`
            },
          },
        },
      },
      scales: {
        x: {
          ...(axis === 'tasks' ? tasksScale(xs) : foliosScale(xs)),
          title: axisTitle(theme, axis === 'tasks' ? 'tasks' : 'folio size'),
          border: { color: theme.zero },
          grid: { display: false },
          ticks: {
            ...ticksOptions(theme),
            ...(axis === 'tasks' ? {} : { callback: value => formatBytes(Number(value)) }),
          },
          afterBuildTicks: built => {
            built.ticks = xs.map(value => ({ value }))
          },
        },
        y: {
          beginAtZero: true,
          // Points without whiskers do not widen the axis by themselves.
          suggestedMin: Math.min(...values),
          suggestedMax: Math.max(...values),
          title: axisTitle(theme, title),
          border: { display: false },
          grid: {
            color: isChange ? context => (context.tick.value === 0 ? theme.zero : theme.grid) : theme.grid,
          },
          ticks: ticksOptions(theme),
        },
      },
    },
  }
}

/** A published line has the colour of the variant that it is of. */
function colorOf(one: CurveSeries, all: readonly CurveSeries[], theme: ChartTheme): string {
  return one.kind === 'baseline' ? theme.secondary : seriesColor(theme, variantIndex(one, all))
}

/** The same for a variant in every chart, whether or not the baseline is there too. */
function shapeOf(one: CurveSeries, all: readonly CurveSeries[]): (typeof shapes)[number] {
  if (one.kind !== 'variant') return one.kind === 'published' ? 'rectRot' : 'circle'
  return shapes[variantIndex(one, all) % shapes.length] ?? 'circle'
}

/** The place among the variants of a variant, or of the one that a published line is of. */
function variantIndex(one: CurveSeries, all: readonly CurveSeries[]): number {
  const variants = all.filter(({ kind }) => kind === 'variant')
  return variants.findIndex(
    ({ label }) => label === one.label || (one.kind === 'published' && one.label.startsWith(`${label}, `)),
  )
}

function valueText(value: number | null, { scale, isChange }: Curves): string {
  if (value === null) return 'no samples'
  return isChange ? `${formatSigned(value)} %` : `${formatScaled(value, scale)} ${scale.unit}`
}

/** From 0 on as the other axis, so that throughput in proportion to tasks is a line through it. */
function tasksScale(xs: readonly number[]) {
  return { type: 'linear' as const, min: 0, suggestedMax: Math.max(...xs) * 1.04 }
}

/** Each doubling is one step. */
function foliosScale(xs: readonly number[]) {
  return { type: 'logarithmic' as const, min: Math.min(...xs) / 1.3, max: Math.max(...xs) * 1.3 }
}
