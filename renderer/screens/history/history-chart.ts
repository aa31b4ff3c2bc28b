import type { ChartConfiguration } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import type { History } from '../../../engine/contract/history.ts'
import { formatScaled, scaleFor } from '../../../engine/text/value-text.ts'
import { formatDay, formatMoment, formatPercent } from '../../../engine/text/format.ts'
import {
  axisTitle,
  commonOptions,
  ticksOptions,
  tooltipOptions,
  whiskerOptions,
} from '../../charts/common.ts'
import { seriesColor, type ChartTheme } from '../../charts/theme.ts'

/** The median of one case in run after run with its interval, and where its level changed. */
export function historyLine(
  { cell, points, changes, quantity }: History,
  theme: ChartTheme,
): ChartConfiguration<'lineWithErrorBars'> {
  const color = seriesColor(theme, 0)
  const scale = scaleFor(
    quantity,
    points.map(({ median }) => median),
  )
  function scaled(value: number | undefined): number {
    return (value ?? NaN) / scale.divisor
  }
  const firsts = new Set(changes.map(({ index }) => index))
  return {
    type: 'lineWithErrorBars',
    data: {
      labels: points.map(({ at }) => formatDay(at)),
      datasets: [
        {
          data: points.map(({ median, interval }) => ({
            y: scaled(median),
            yMin: scaled(interval?.low),
            yMax: scaled(interval?.high),
          })),
          borderColor: color,
          backgroundColor: points.map(({ disturbance }, index) =>
            disturbance !== null ? theme.surface : firsts.has(index) ? theme.accent : color,
          ),
          borderWidth: 1.5,
          pointStyle: points.map((_, index) => (firsts.has(index) ? 'rectRot' : 'circle')),
          pointRadius: points.map((_, index) => (firsts.has(index) ? 6 : 4)),
          pointHoverRadius: 7,
          // Drawn point by point, which pictures need: a cached path cannot be written as SVG.
          segment: {},
          ...whiskerOptions(theme.text),
        },
      ],
    },
    options: {
      ...commonOptions(theme),
      clip: 8,
      layout: { padding: { top: 18 } }, // for the words at the changes
      interaction: { mode: 'nearest', intersect: false, axis: 'x' },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            title: ([item]) => {
              const point = points[item?.dataIndex ?? -1]
              return point ? `${point.runLabel}, ${formatMoment(point.at)}` : ''
            },
            label: ({ dataIndex }) => {
              const point = points[dataIndex]
              return point
                ? `${formatScaled(point.median, scale)} ${scale.unit}, ${point.n} samples, ${point.variantLabel} on ${point.kernelRelease}`
                : ''
            },
          },
        },
        annotation: {
          clip: false,
          annotations: changes.map(({ index, percent }) => ({
            type: 'line' as const,
            xMin: index - 0.5,
            xMax: index - 0.5,
            borderColor: theme.accent,
            borderWidth: 1.5,
            borderDash: [5, 4],
            label: {
              display: true,
              content: formatPercent(percent),
              position: 'end' as const,
              yAdjust: -18,
              backgroundColor: theme.surface,
              color: theme.accent,
              font: { family: theme.font, size: 12, weight: 'bold' as const },
              padding: 2,
            },
          })),
        },
      },
      scales: {
        x: {
          title: axisTitle(theme, 'run'),
          border: { color: theme.zero },
          grid: { display: false },
          offset: true,
          ticks: { ...ticksOptions(theme), autoSkipPadding: 12 },
        },
        y: {
          grace: '10%',
          title: axisTitle(theme, `${cell.benchmark} in ${scale.unit}`),
          border: { display: false },
          grid: { color: theme.grid },
          ticks: ticksOptions(theme),
        },
      },
    },
  }
}
