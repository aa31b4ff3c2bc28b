import type { ChartConfiguration } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import { formatScaled } from '../../engine/text/value-text.ts'
import { formatQuantity } from '../ui/format.ts'
import type { Scaling } from '../screens/compare/scaling.ts'
import { axisTitle, commonOptions, legendOptions, ticksOptions, tooltipOptions } from './common.ts'
import { seriesColor, type ChartTheme } from './theme.ts'

const shapes = ['circle', 'rectRot', 'triangle', 'rect', 'star', 'cross', 'crossRot', 'dash'] as const

/**
 * Throughput over tasks, a line a variant; whiskers are the interval of the
 * change against the baseline.
 */
export function scaling(data: Scaling, theme: ChartTheme): ChartConfiguration<'lineWithErrorBars'> {
  const { scale, tasks, series, benchmark } = data
  function scaled(value: number | null): number {
    return (value ?? NaN) / scale.divisor
  }
  return {
    type: 'lineWithErrorBars',
    data: {
      datasets: series.map(({ label, isBaseline, points }, index) => {
        const color = isBaseline ? theme.secondary : seriesColor(theme, index - 1)
        return {
          label,
          data: points.map(({ tasks: x, value, low, high }) => ({
            x,
            y: scaled(value),
            yMin: scaled(low),
            yMax: scaled(high),
          })),
          borderColor: color,
          backgroundColor: isBaseline ? theme.surface : color,
          borderWidth: isBaseline ? 1.5 : 2,
          borderDash: isBaseline ? [5, 4] : [],
          pointStyle: shapes[index % shapes.length] ?? 'circle',
          pointRadius: 4,
          pointHoverRadius: 6,
          segment: {}, // drawn point by point, which pictures need: a cached path cannot be written as SVG
          errorBarColor: color,
          errorBarWhiskerColor: color,
          errorBarLineWidth: 1.25,
          errorBarWhiskerLineWidth: 1.25,
          errorBarWhiskerSize: 7,
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
            title: ([item]) => `${benchmark}, ${formatQuantity(tasks[item?.dataIndex ?? 0] ?? 0, 'task')}`,
            label: ({ dataset, datasetIndex, dataIndex }) => {
              const value = series[datasetIndex]?.points[dataIndex]?.value ?? null
              const text = value === null ? 'no samples' : `${formatScaled(value, scale)} ${scale.unit}`
              return `${dataset.label ?? ''}: ${text}`
            },
          },
        },
      },
      scales: {
        x: {
          // From 0 on as the other axis, so that throughput in proportion to tasks is a
          // line through the origin.
          type: 'linear',
          min: 0,
          suggestedMax: Math.max(...tasks) * 1.04,
          title: axisTitle(theme, 'tasks'),
          border: { color: theme.zero },
          grid: { display: false },
          ticks: ticksOptions(theme),
          afterBuildTicks: axis => {
            axis.ticks = tasks.map(value => ({ value }))
          },
        },
        y: {
          beginAtZero: true,
          title: axisTitle(theme, `${benchmark} in ${scale.unit}`),
          border: { display: false },
          grid: { color: theme.grid },
          ticks: ticksOptions(theme),
        },
      },
    },
  }
}
