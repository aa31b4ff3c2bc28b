import type { ChartConfiguration, ChartDataset, Point } from 'chart.js'
import { formatScaled, scaleFor } from '../../../engine/text/value-text.ts'
import { formatSigned } from '../../../engine/text/format.ts'
import type { LiveCase, LivePoint } from '../../view-models/tally.ts'
import {
  axisTitle,
  pointOptions,
  legendOptions,
  signedTick,
  ticksOptions,
  tooltipOptions,
} from '../../charts/common.ts'
import { faded, seriesColor, type ChartTheme } from '../../charts/theme.ts'

export type RunSequence = Readonly<{
  points: readonly LivePoint[]
  cases: readonly LiveCase[]
  variantLabels: readonly string[]
  /** The one cell to show in its unit; null shows all, each as deviation from its own median. */
  cellIndex: number | null
  /** Drawn once, a run may take its time. */
  hasEnded: boolean
}>

// The newest; under way as many as are drawn within a frame.
const mostPoints = { underWay: 1000, ended: 10_000 }
const shapes = ['circle', 'rectRot', 'triangle', 'rect', 'star', 'cross'] as const

/**
 * A point as it is drawn; `value` is the number itself, also where the point
 * had to stop at the edge.
 */
type DrawnPoint = Readonly<{
  x: number
  y: number
  value: number
  warmup: boolean
  isDisturbed: boolean
  variantIndex: number
}>

/**
 * Samples in the order in which they were taken: drift, steps and outliers are
 * visible while a run lasts.
 */
export function runSequence(
  { points, cases, variantLabels, cellIndex, hasEnded }: RunSequence,
  theme: ChartTheme,
): ChartConfiguration<'line', Point[]> {
  const recent = points.slice(hasEnded ? -mostPoints.ended : -mostPoints.underWay)
  const shown = recent.filter(point => cellIndex === null || point.cellIndex === cellIndex)
  const axis = yAxis(cases, cellIndex)
  const valid = shown
    .map(point => ({ ...point, x: point.scheduleIndex, value: axis.valueOf(point) }))
    .filter(({ value }) => !Number.isNaN(value))
  const limit = cellIndex === null ? deviationLimit(valid.map(({ value }) => value)) : Infinity
  const drawn: readonly DrawnPoint[] = valid.map(point => ({
    ...point,
    y: Math.max(-limit, Math.min(limit, point.value)),
  }))
  const inside = drawn.filter(point => point.y === point.value)
  const beyond = drawn.filter(point => point.y !== point.value)
  const invalid = shown.filter(point => point.value === null)
  return {
    type: 'line',
    data: {
      datasets: [
        ...variantLabels.flatMap((label, variantIndex) => {
          const own = inside.filter(point => point.variantIndex === variantIndex)
          return [
            variantPoints(label, variantIndex, own.filter(counts), theme),
            variantPoints(
              '',
              variantIndex,
              own.filter(point => !counts(point)),
              theme,
            ),
          ]
        }),
        ...(beyond.length === 0
          ? []
          : [
              {
                label: 'beyond the edge',
                data: beyond,
                backgroundColor: theme.text,
                borderColor: theme.text,
                pointStyle: 'triangle' as const,
                pointRotation: beyond.map(point => (point.y < point.value ? 0 : 180)),
                pointRadius: 4,
                pointHoverRadius: 6,
              },
            ]),
        ...(invalid.length === 0
          ? []
          : [
              {
                label: 'invalid',
                yAxisID: 'edge',
                data: invalid.map(point => ({ x: point.scheduleIndex, y: 0 })),
                backgroundColor: theme.block,
                borderColor: theme.block,
                pointBorderWidth: 1.5,
                pointStyle: 'crossRot' as const,
                pointRadius: 4,
                pointHoverRadius: 5,
              },
            ]),
      ],
    },
    options: {
      ...pointOptions(theme),
      showLine: false,
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            label: ({ raw, parsed }) => {
              const name = `sample ${(parsed.x ?? 0) + 1}`
              if (!isDrawnPoint(raw)) return `${name}: invalid`
              return `${variantLabels[raw.variantIndex] ?? ''}, ${name}: ${axis.format(raw.value)} ${axis.unit}${raw.isDisturbed ? ', disturbed' : ''}`
            },
          },
        },
      },
      scales: {
        x: {
          type: 'linear',
          // The same for one case as for all, so that a look at one case shows
          // where in the run it stands.
          min: recent[0]?.scheduleIndex ?? 0,
          max: recent[recent.length - 1]?.scheduleIndex ?? 1,
          title: axisTitle(theme, 'sample, in the order of the run'),
          border: { color: theme.zero },
          grid: { display: false },
          ticks: { ...ticksOptions(theme), precision: 0, includeBounds: false },
        },
        y: {
          title: axisTitle(theme, axis.title),
          border: { display: false },
          grid: { color: theme.grid },
          ...(cellIndex === null
            ? {
                min: -Math.min(limit, 100),
                max: limit,
                ticks: { ...ticksOptions(theme), callback: signedTick, includeBounds: false },
              }
            : { ticks: { ...ticksOptions(theme), callback: value => axis.format(Number(value)) } }),
        },
        edge: { type: 'linear', axis: 'y', display: false, min: 0, max: 1 },
      },
    },
  }
}

/**
 * One look for a whole dataset: points with a look each would cost more time than drawing them.
 * Samples that do not count are hollow and have no label, which keeps them out of the legend.
 */
function variantPoints(
  label: string,
  variantIndex: number,
  data: DrawnPoint[],
  theme: ChartTheme,
): ChartDataset<'line', Point[]> {
  const color = seriesColor(theme, variantIndex)
  return {
    label,
    data,
    backgroundColor: label === '' ? 'transparent' : faded(color, 0.75),
    borderColor: color,
    pointBorderWidth: 1,
    pointStyle: shapes[variantIndex % shapes.length] ?? 'circle',
    pointRadius: 3,
    pointHoverRadius: 5,
  }
}

/** Samples of warm-up rounds and disturbed ones do not. */
function counts({ warmup, isDisturbed }: DrawnPoint): boolean {
  return !warmup && !isDisturbed
}

function isDrawnPoint(raw: unknown): raw is DrawnPoint {
  return typeof raw === 'object' && raw !== null && 'value' in raw
}

const leastLimit = 5 // percent; a narrower scale would make noise look like a change
const roomAroundMost = 3 // times the deviation that nine of ten samples stay within

/**
 * How far the scale of deviations reaches: a few outliers must not flatten all others into a line.
 */
export function deviationLimit(deviations: readonly number[]): number {
  const sizes = deviations.map(Math.abs).sort((one, other) => one - other)
  const largest = sizes[sizes.length - 1] ?? 0
  const most = sizes[Math.floor(sizes.length * 0.9)] ?? largest
  return Math.max(leastLimit, Math.min(largest * 1.05, most * roomAroundMost))
}

type YAxis = Readonly<{
  unit: string
  title: string
  format: (value: number) => string
  /** Where a sample stands; NaN for one that is invalid or has nothing to stand against. */
  valueOf: (point: LivePoint) => number
}>

function yAxis(cases: readonly LiveCase[], cellIndex: number | null): YAxis {
  const own = cases.filter(liveCase => liveCase.cellIndex === cellIndex)
  const [first] = own
  if (!first) {
    const references = new Map(cases.map(liveCase => [liveCase.key, liveCase.reference]))
    return {
      unit: '%',
      title: 'deviation in %',
      format: value => formatSigned(value),
      valueOf: point =>
        ((point.value ?? NaN) / (references.get(`${point.cellIndex}/${point.variantIndex}`) ?? NaN) - 1) *
        100,
    }
  }
  const scale = scaleFor(
    first.quantity,
    own.flatMap(liveCase => liveCase.reference ?? []),
  )
  return {
    unit: scale.unit,
    title: `${first.benchmark} in ${scale.unit}`,
    format: value => formatScaled(value, { ...scale, divisor: 1 }),
    valueOf: point => (point.value ?? NaN) / scale.divisor,
  }
}
