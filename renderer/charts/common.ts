import type { Chart, LegendItem, Tick } from 'chart.js'
import type {} from 'chartjs-plugin-annotation' // declares the options of regions and lines
import { formatSigned } from '../../engine/text/format.ts'
import { faded, type ChartTheme } from './theme.ts'

export const fontSize = 11 // CSS pixels, as captions on the page

/** Options every chart has: it fills its box, moves nothing, and speaks in the page's font. */
export function commonOptions(theme: ChartTheme) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    font: { family: theme.font, size: fontSize },
    color: theme.secondary,
  } as const
}

/** Of a chart of points: each is pointed at by itself, and those at the edge are drawn whole. */
export function pointOptions(theme: ChartTheme) {
  return {
    ...commonOptions(theme),
    clip: 6,
    parsing: false,
    normalized: true,
    interaction: { mode: 'nearest', intersect: true },
  } as const
}

/** The whiskers of a series, in one colour. */
export function whiskerOptions(color: string) {
  return {
    errorBarColor: color,
    errorBarWhiskerColor: color,
    errorBarLineWidth: 1.25,
    errorBarWhiskerLineWidth: 1.25,
    errorBarWhiskerSize: 7,
  } as const
}

/** What appears under the pointer, in the colours of the theme. */
export function tooltipOptions(theme: ChartTheme) {
  return {
    backgroundColor: theme.raised,
    borderColor: theme.grid,
    borderWidth: 1,
    titleColor: theme.text,
    bodyColor: theme.text,
    titleFont: { family: theme.font, size: 12, weight: 600 },
    bodyFont: { family: theme.font, size: 12 },
    padding: 10,
    cornerRadius: 6,
    boxPadding: 4,
  } as const
}

/** The legend above a chart, with the marks of its series. */
export function legendOptions(theme: ChartTheme) {
  return {
    position: 'top',
    align: 'start',
    labels: {
      generateLabels: legendItems,
      color: theme.secondary,
      font: { family: theme.font, size: 12 },
      usePointStyle: true,
      boxWidth: 8,
      boxHeight: 8,
      padding: 12,
    },
  } as const
}

/**
 * A dataset is known by its border, as single bars or points may be filled otherwise, and is hollow
 * when all of it is; one without label is not listed.
 */
function legendItems(chart: Chart): LegendItem[] {
  return chart.data.datasets.flatMap((dataset, datasetIndex) => {
    if (dataset.label === undefined || dataset.label === '') return []
    const color = typeof dataset.borderColor === 'string' ? dataset.borderColor : ''
    const shape = 'pointStyle' in dataset ? dataset.pointStyle : undefined
    return {
      datasetIndex,
      text: dataset.label,
      fillStyle: dataset.backgroundColor === 'transparent' ? 'transparent' : color,
      lineWidth: 1.5,
      strokeStyle: color,
      fontColor: typeof chart.options.color === 'string' ? chart.options.color : '',
      hidden: !chart.isDatasetVisible(datasetIndex),
      pointStyle: typeof shape === 'string' ? shape : 'rectRounded',
    }
  })
}

/** As many decimals as the step between ticks needs. */
export function signedTick(value: number | string, _index: number, ticks: readonly Tick[]): string {
  const step = Math.abs((ticks[1]?.value ?? 1) - (ticks[0]?.value ?? 0))
  return formatSigned(Number(value), Number.isInteger(step) ? 0 : step >= 0.1 ? 1 : 2)
}

/** The title of an axis: what it shows, and in which unit. */
export function axisTitle(theme: ChartTheme, text: string) {
  return {
    display: true,
    text,
    color: theme.secondary,
    font: { family: theme.font, size: fontSize },
  } as const
}

/**
 * A region within which changes are of no interest, behind what is drawn. Ends that are left
 * out reach the chart's edge.
 */
export function quietRegion(
  theme: ChartTheme,
  ends: Readonly<{ xMin?: number; xMax?: number; yMin?: number; yMax?: number }>,
) {
  return {
    type: 'box',
    drawTime: 'beforeDatasetsDraw',
    backgroundColor: faded(theme.secondary, 0.13),
    borderWidth: 0,
    ...ends,
  } as const
}

/** The numbers along an axis. */
export function ticksOptions(theme: ChartTheme) {
  return { color: theme.secondary, font: { family: theme.font, size: fontSize }, maxRotation: 40 } as const
}
