import type { ChartConfiguration } from 'chart.js'
import type { PhoneCurves } from './phone-curves.ts'
import { axisTitle, commonOptions, legendOptions, ticksOptions, tooltipOptions } from '../../charts/common.ts'
import { seriesColor, type ChartTheme } from '../../charts/theme.ts'

const shapes = ['circle', 'rectRot', 'triangle', 'rect', 'star', 'cross', 'crossRot', 'dash'] as const
const mostMarks = 33 // beyond it marks run into each other, and the line alone is drawn

/** One line a scheme over the number of writes; that of the running kernel is dashed. */
export function phone(data: PhoneCurves, theme: ChartTheme): ChartConfiguration<'line'> {
  const { writes, series, title, unit } = data
  const radius = writes.length <= mostMarks ? 3 : 0
  return {
    type: 'line',
    data: {
      labels: [...writes],
      datasets: series.map(({ label, isKernel, values }, index) => {
        const color = isKernel ? theme.text : seriesColor(theme, index)
        return {
          label,
          data: [...values],
          borderColor: color,
          backgroundColor: color,
          borderWidth: 2,
          borderDash: isKernel ? [5, 4] : [],
          pointStyle: shapes[index % shapes.length] ?? 'circle',
          pointRadius: radius,
          pointHoverRadius: 5,
          // Drawn point by point, which pictures need: a cached path cannot be written as SVG.
          segment: {},
        }
      }),
    },
    options: {
      ...commonOptions(theme),
      clip: 8,
      interaction: { mode: 'index', intersect: false },
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            title: ([item]) => `${item?.label ?? ''} pages of each folio written`,
            label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${rounded(parsed.y ?? 0)} ${unit}`,
          },
        },
      },
      scales: {
        x: {
          title: axisTitle(theme, 'pages of each folio that have been written'),
          border: { color: theme.zero },
          grid: { display: false },
          ticks: ticksOptions(theme),
        },
        y: {
          beginAtZero: true,
          title: axisTitle(theme, title),
          border: { display: false },
          grid: { color: theme.grid },
          ticks: ticksOptions(theme),
        },
      },
    },
  }
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}
