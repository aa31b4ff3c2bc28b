import type { ChartConfiguration, ScatterDataPoint } from 'chart.js'
import { formatScaled, scaleFor } from '../../engine/contract/value-text.ts'
import { formatSigned } from '../view-models/format.ts'
import type { LiveCase, LivePoint } from '../view-models/live.ts'
import { axisTitle, commonOptions, legendOptions, ticksOptions, tooltipOptions } from './common.ts'
import { faded, seriesColor, type ChartTheme } from './theme.ts'

export type RunSequence = Readonly<{
  points: readonly LivePoint[]
  cases: readonly LiveCase[]
  variantLabels: readonly string[]
  /** The one cell to show in its unit; null shows all, each as deviation from its own median. */
  cellIndex: number | null
}>

const mostPoints = 2000 // newer ones; more could not be told apart on a screen
const shapes = ['circle', 'rectRot', 'triangle', 'rect', 'star', 'cross'] as const

/** Samples in the order in which they were taken: drift, steps and outliers are visible while a run lasts. */
export function runSequence(
  { points, cases, variantLabels, cellIndex }: RunSequence,
  theme: ChartTheme,
): ChartConfiguration<'scatter', ScatterDataPoint[]> {
  const shown = points.filter(point => cellIndex === null || point.cellIndex === cellIndex).slice(-mostPoints)
  const scale = yScale(cases, cellIndex)
  const invalid = shown.filter(point => point.value === null)
  const y = yOf(cases, cellIndex, scale.divisor)
  return {
    type: 'scatter',
    data: {
      datasets: [
        ...variantLabels.map((label, variantIndex) => {
          const own = shown
            .filter(point => point.variantIndex === variantIndex)
            .map(point => ({ x: point.scheduleIndex, y: y(point), warmup: point.warmup }))
            .filter(point => !Number.isNaN(point.y))
          const color = seriesColor(theme, variantIndex)
          return {
            label,
            data: own,
            backgroundColor: own.map(point => (point.warmup ? 'transparent' : faded(color, 0.75))),
            borderColor: color,
            borderWidth: 1,
            pointStyle: shapes[variantIndex % shapes.length] ?? 'circle',
            pointRadius: 3,
            pointHoverRadius: 5,
          }
        }),
        ...(invalid.length === 0
          ? []
          : [
              {
                label: 'invalid',
                yAxisID: 'edge',
                data: invalid.map(point => ({ x: point.scheduleIndex, y: 0 })),
                backgroundColor: theme.block,
                borderColor: theme.block,
                borderWidth: 1.5,
                pointStyle: 'crossRot' as const,
                pointRadius: 4,
                pointHoverRadius: 5,
                clip: false as const,
              },
            ]),
      ],
    },
    options: {
      ...commonOptions(theme),
      parsing: false,
      normalized: true,
      interaction: { mode: 'nearest', intersect: true },
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            label: item => {
              const name = `sample ${(item.parsed.x ?? 0) + 1}`
              if (item.dataset.label === 'invalid') return `${name}: invalid`
              return `${item.dataset.label ?? ''}, ${name}: ${scale.format(item.parsed.y ?? 0)} ${scale.unit}`
            },
          },
        },
      },
      scales: {
        x: {
          type: 'linear',
          bounds: 'data',
          title: axisTitle(theme, 'sample, in the order of the run'),
          border: { color: theme.zero },
          grid: { display: false },
          ticks: { ...ticksOptions(theme), precision: 0, includeBounds: false },
        },
        y: {
          title: axisTitle(theme, scale.title),
          border: { display: false },
          grid: { color: theme.grid },
          ticks: { ...ticksOptions(theme), callback: value => scale.format(Number(value)) },
          ...(cellIndex === null ? { suggestedMin: -5, suggestedMax: 5 } : {}),
        },
        edge: { type: 'linear', axis: 'y', display: false, min: 0, max: 1 },
      },
    },
  }
}

type YScale = Readonly<{
  unit: string
  title: string
  divisor: number
  format: (value: number) => string
}>

function yScale(cases: readonly LiveCase[], cellIndex: number | null): YScale {
  const own = cases.filter(liveCase => liveCase.cellIndex === cellIndex)
  const [first] = own
  if (!first)
    return {
      unit: '%',
      title: 'deviation in %',
      divisor: 1,
      format: value => formatSigned(value),
    }
  const scale = scaleFor(
    first.metric,
    own.flatMap(liveCase => liveCase.median ?? []),
  )
  return {
    unit: scale.unit,
    title: `${first.benchmark} in ${scale.unit}`,
    divisor: scale.divisor,
    format: value => formatScaled(value, { ...scale, divisor: 1 }),
  }
}

/** Where a sample stands; NaN for one that is invalid or has no median to stand against. */
function yOf(
  cases: readonly LiveCase[],
  cellIndex: number | null,
  divisor: number,
): (point: LivePoint) => number {
  if (cellIndex !== null) return point => (point.value ?? NaN) / divisor
  const medians = new Map(cases.map(liveCase => [liveCase.key, liveCase.median]))
  return ({ value, cellIndex: cell, variantIndex }) =>
    ((value ?? NaN) / (medians.get(`${cell}/${variantIndex}`) ?? NaN) - 1) * 100
}
