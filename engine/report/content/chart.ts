/** What a bar chart with whiskers shows, apart from how it is drawn. */
import type { ChangeChart, ChangeMark } from '../../chart/change-chart.ts'
import type { Advice, AdvicePart } from '../../contract/advice.ts'
import type { Cell } from '../../contract/case.ts'
import type { History, HistoryPoint } from '../../contract/history.ts'
import type { Run } from '../../contract/run.ts'
import { elementAt } from '../../statistics/element-at.ts'
import { sortAscending } from '../../statistics/quantile.ts'
import { adviceVerdictNames } from '../../text/advice-text.ts'
import { cellName } from '../../text/cell-text.ts'
import { minuteText } from '../../text/time-text.ts'
import { casesOf, type RunCase } from './run-cases.ts'
import { formatChange } from './words.ts'

const mostDots = 2000 // of one bar

export type ChartBar = Readonly<{
  group: string
  series: string
  /** Number of the series' colour; a variant has the same one in every chart of a document. */
  colour: number
  value: number
  /** Ends of the whisker; null without an interval. */
  interval: Readonly<{ low: number; high: number }> | null
  /** Single measurements, drawn as dots. */
  dots: readonly number[]
  /** Changes within ± this are of no interest; null where that is not judged. */
  region: number | null
  /** Nothing may be concluded from it: it is drawn without its colour. */
  isDisturbed: boolean
  /** What a reader learns from pointing at it. */
  description: string
}>

export type Chart = Readonly<{ title: string; unit: string; bars: readonly ChartBar[] }>

/**
 * Changes as bars. A summary has the first colour, which no variant has, and a whisker for its
 * prediction interval.
 */
export function changeBars({ title, series, marks }: ChangeChart): Chart {
  const bars = marks.flatMap(mark => {
    const { percent, isDisturbed, group } = mark
    if (percent === null) return []
    const { isSummary, name } = mark.series
    return {
      group: group.name,
      series: isSummary ? `${name}, with the interval for the next machine` : name,
      colour: isSummary ? 0 : series.indexOf(mark.series) + 1,
      value: percent,
      interval: isSummary ? mark.outer : mark.interval,
      dots: [],
      region: mark.regionPercent,
      isDisturbed,
      description: describeChange(mark, percent),
    }
  })
  return { title, unit: '%', bars }
}

function describeChange({ group, series, interval, outer, n, verdict }: ChangeMark, percent: number): string {
  const who = series.isSummary ? `mean of ${n} machines` : series.fullName
  const parts = [
    `${group.name}, ${who}: ${formatChange(percent)} %`,
    ...(series.isSummary
      ? rangeWords('next machine', outer)
      : [...rangeWords('interval', interval), `${n} rounds`]),
  ].join(', ')
  return verdict === '' ? parts : `${parts}; ${verdict}`
}

function rangeWords(name: string, range: ChangeMark['outer']): string[] {
  return range === null ? [] : [`${name} ${formatChange(range.low)} to ${formatChange(range.high)} %`]
}

/** How far the samples of each case lie from their median. */
export function spreadChart(run: Run): Chart {
  return {
    title: 'Samples around their median',
    unit: '%',
    bars: casesOf(run).flatMap(runCase => spreadBar(runCase, run.cells)),
  }
}

function spreadBar(runCase: RunCase, cells: readonly Cell[]): ChartBar[] {
  const { variantLabel, values, summary, disturbance } = runCase
  const { variantIndex } = runCase.case
  if (summary === null) return []
  const group = cellName(runCase.case, cells)
  const dots = drawn(values).map(value => deviationPercent(value, summary.median))
  const interval = intervalAround(summary.interval, summary.median)
  const isDisturbed = disturbance !== null
  const description = `${group}, ${variantLabel}: ${summary.n} samples${isDisturbed ? ', disturbed' : ''}`
  return [
    {
      group,
      series: variantLabel,
      colour: variantIndex,
      value: 0,
      interval,
      dots,
      region: null,
      isDisturbed,
      description,
    },
  ]
}

/**
 * All values, or, of very many, as many as can be distinguished, with the smallest and the largest.
 */
function drawn(values: readonly number[]): readonly number[] {
  if (values.length <= mostDots) return values
  const sorted = sortAscending(values)
  const last = sorted.length - 1
  return Array.from({ length: mostDots }, (_, index) =>
    elementAt(sorted, Math.round((index * last) / (mostDots - 1))),
  )
}

/** The median of each run of a history against that of the oldest run that was not disturbed. */
export function historyChart({ points }: History): Chart[] {
  const first = points.find(({ disturbance }) => disturbance === null)
  if (!first) return []
  return [
    {
      title: `Change against ${minuteText(first.at)}, run by run`,
      unit: '%',
      bars: points.map(point => historyBar(point, first.median)),
    },
  ]
}

function historyBar(point: HistoryPoint, centre: number): ChartBar {
  const value = deviationPercent(point.median, centre)
  return {
    group: minuteText(point.at),
    series: 'median of a run',
    colour: 1,
    value,
    interval: intervalAround(point.interval, centre),
    dots: [],
    region: null,
    isDisturbed: point.disturbance !== null,
    description: `${point.runLabel}, ${point.variantLabel} on ${point.kernelRelease}: ${formatChange(value)} %, ${point.n} samples`,
  }
}

/** What each way of accounting changed, operation by operation. */
export function adviceChart({ parts, candidates }: Advice): Chart[] {
  const bars = parts.flatMap(part => adviceBar(part, candidates[part.candidate]?.label ?? ''))
  return bars.length === 0 ? [] : [{ title: 'Change against shared (atomic) counting', unit: '%', bars }]
}

function adviceBar(part: AdvicePart, label: string): ChartBar[] {
  const { operation, setting, candidate, percent, low, high, n, regionPercent, verdict } = part
  if (percent === null) return []
  const group = `${operation}, ${setting.label}`
  return [
    {
      group,
      series: label,
      colour: candidate + 1,
      value: percent,
      interval: low === null || high === null ? null : { low, high },
      dots: [],
      region: regionPercent,
      isDisturbed: false,
      description: `${group}, ${label}: ${formatChange(percent)} %, ${n} rounds; ${adviceVerdictNames[verdict]}`,
    },
  ]
}

function intervalAround(interval: ChartBar['interval'], centre: number): ChartBar['interval'] {
  if (interval === null) return null
  return { low: deviationPercent(interval.low, centre), high: deviationPercent(interval.high, centre) }
}

function deviationPercent(value: number, centre: number): number {
  return 100 * (value / centre - 1)
}
