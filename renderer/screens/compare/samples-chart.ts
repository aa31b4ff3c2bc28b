import type { ChartConfiguration, ChartDataset, Point } from 'chart.js'
import type { CaseDetails, CaseSample } from '../../../engine/contract/case-details.ts'
import { formatScaled, type Scale } from '../../../engine/text/value-text.ts'
import {
  isOneRun,
  kindOf,
  remarkOf,
  scaleOf,
  sidesOf,
  type PlacedSide,
  type SampleKind,
} from './case-details.ts'
import { thinned } from './distribution.ts'
import { axisTitle, pointOptions, legendOptions, ticksOptions, tooltipOptions } from '../../charts/common.ts'
import { faded, seriesColor, type ChartTheme } from '../../charts/theme.ts'

// Of one side; more could not be told apart, and outliers are always drawn.
export const mostPoints = 4000

type Place = Readonly<{ x: number; y: number }>
type SamplePoint = Place & Readonly<{ sample: CaseSample; label: string }>

/** How points of a kind look; filled ones enter statistics. */
const looks: Readonly<
  Record<SampleKind, Readonly<{ shape: 'circle' | 'triangle' | 'crossRot'; radius: number }>>
> = {
  counted: { shape: 'circle', radius: 2.5 },
  outlier: { shape: 'triangle', radius: 5 },
  warmup: { shape: 'circle', radius: 2.5 },
  invalid: { shape: 'crossRot', radius: 4 },
}

/** Samples in the order in which they were taken: drift, steps and disturbances show. */
export function timeOrder(details: CaseDetails, theme: ChartTheme): ChartConfiguration<'scatter', Point[]> {
  const scale = scaleOf(details)
  const shared = isOneRun(details)
  const config = scatterOfSamples(details, theme, scale, (sample, index) => ({
    x: shared ? sample.scheduleIndex : index,
    y: (sample.value ?? NaN) / scale.divisor,
  }))
  return {
    ...config,
    options: {
      ...config.options,
      scales: {
        x: {
          type: 'linear',
          title: axisTitle(
            theme,
            shared ? 'sample, in the order of the run' : 'sample, in the order of its own run',
          ),
          border: { color: theme.zero },
          grid: { display: false },
          ticks: { ...ticksOptions(theme), precision: 0 },
        },
        y: valueAxis(theme, scale),
        ...invalidEdge,
      },
    },
  }
}

const stripHeight = 0.6 // of the distance between two strips

/**
 * Each sample as one point beside the others of its side; places within a strip are
 * scattered, yet always the same.
 */
export function strip(details: CaseDetails, theme: ChartTheme): ChartConfiguration<'scatter', Point[]> {
  const scale = scaleOf(details)
  const sides = sidesOf(details)
  const config = scatterOfSamples(details, theme, scale, (sample, index, { place }) => ({
    x: (sample.value ?? NaN) / scale.divisor,
    y: place + (scatterOf(index) - 0.5) * stripHeight,
  }))
  return {
    ...config,
    options: {
      ...config.options,
      // Values come in the order of time and not of this axis, which
      // Chart.js would take for granted.
      normalized: false,
      parsing: { xAxisKey: 'x', yAxisKey: 'y' },
      plugins: {
        ...config.options?.plugins,
        annotation: {
          annotations: sides.flatMap(({ side, place }) => {
            const { median, interval } = side.summary ?? { median: NaN, interval: null }
            if (Number.isNaN(median)) return []
            const span = { yMin: place - stripHeight / 2 - 0.06, yMax: place + stripHeight / 2 + 0.06 }
            const line = { type: 'line', borderColor: theme.text, ...span } as const
            function at(value: number) {
              return { xMin: value / scale.divisor, xMax: value / scale.divisor }
            }
            return [
              { ...line, ...at(median), borderWidth: 2 },
              ...[interval?.low, interval?.high].flatMap(end =>
                end === undefined ? [] : [{ ...line, ...at(end), borderWidth: 1, borderDash: [3, 3] }],
              ),
            ]
          }),
        },
      },
      scales: {
        x: valueAxis(theme, scale),
        y: {
          type: 'linear',
          min: -0.6,
          max: sides.length - 0.4,
          reverse: true,
          border: { display: false },
          grid: { display: false },
          afterBuildTicks: axis => {
            axis.ticks = sides.map(({ place }) => ({ value: place }))
          },
          ticks: { ...ticksOptions(theme), callback: value => sides[Number(value)]?.label ?? '' },
        },
        ...invalidEdge,
      },
    },
  }
}

/** Invalid samples have no number: they stand on the lower edge. */
const invalidEdge = { edge: { type: 'linear', axis: 'y', display: false, min: 0, max: 1 } } as const

function scatterOfSamples(
  details: CaseDetails,
  theme: ChartTheme,
  scale: Scale,
  placeOf: (sample: CaseSample, index: number, side: PlacedSide) => Place,
): ChartConfiguration<'scatter', Point[]> {
  return {
    type: 'scatter',
    data: {
      datasets: sidesOf(details).flatMap(side => {
        const points = side.side.samples.map((sample, index) => ({
          ...placeOf(sample, index, side),
          sample,
          label: side.label,
        }))
        return datasetsOf(side, points, theme)
      }),
    },
    options: {
      ...pointOptions(theme),
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: { label: ({ raw }) => (isSamplePoint(raw) ? describe(raw, scale) : '') },
        },
      },
    },
  }
}

function datasetsOf(
  side: PlacedSide,
  points: readonly SamplePoint[],
  theme: ChartTheme,
): ChartDataset<'scatter', Point[]>[] {
  const color = sideColor(theme, side.place)
  return kinds.flatMap(kind => {
    const own = points.filter(point => kindOf(point.sample) === kind)
    if (own.length === 0 && kind !== 'counted') return []
    const { shape, radius } = looks[kind]
    const isInvalid = kind === 'invalid'
    return {
      label: kindLabels[kind](side.label),
      data: isInvalid ? own.map(point => ({ ...point, y: 0 })) : [...thinned(own, mostPoints)],
      ...(isInvalid ? { yAxisID: 'edge' } : {}),
      backgroundColor: kind === 'counted' ? faded(color, 0.65) : 'transparent',
      borderColor: isInvalid ? theme.block : color,
      pointStyle: shape,
      pointRadius: radius,
      pointHoverRadius: radius + 2,
      pointBorderWidth: kind === 'counted' ? 0 : 1.5,
    }
  })
}

const kinds: readonly SampleKind[] = ['counted', 'outlier', 'warmup', 'invalid']

const kindLabels: Readonly<Record<SampleKind, (label: string) => string>> = {
  counted: label => label,
  outlier: label => `${label}, outlier`,
  warmup: label => `${label}, warm-up`,
  invalid: label => `${label}, invalid`,
}

function isSamplePoint(raw: unknown): raw is SamplePoint {
  return typeof raw === 'object' && raw !== null && 'sample' in raw
}

function describe({ sample, label }: SamplePoint, scale: Scale): string {
  const value = sample.value === null ? 'invalid' : `${formatScaled(sample.value, scale)} ${scale.unit}`
  const remark = remarkOf(sample)
  return `${label}, round ${sample.round + 1}: ${value}${remark === '' ? '' : ` (${remark})`}`
}

/** The baseline is grey wherever it stands beside a variant. */
export function sideColor(theme: ChartTheme, place: 0 | 1): string {
  return place === 0 ? theme.secondary : seriesColor(theme, 0)
}

/** The axis of values, in the unit of the scale. */
export function valueAxis(theme: ChartTheme, scale: Scale) {
  return {
    type: 'linear',
    title: axisTitle(theme, scale.unit),
    border: { display: false },
    grid: { color: theme.grid },
    ticks: ticksOptions(theme),
  } as const
}

/**
 * Between 0 and 1, spread evenly and without pattern to the eye: the golden ratio's
 * multiples (Weyl's sequence).
 */
function scatterOf(index: number): number {
  return (index * 0.618_033_988_749_895) % 1
}
