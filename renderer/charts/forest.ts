import type { ChartConfiguration } from 'chart.js'
import type { ChangeChart, ChangeGroup, ChangeMark } from '../../engine/chart/change-chart.ts'
import { changeSentence } from '../view-models/change-sentence.ts'
import { formatInterval, formatSigned } from '../../engine/text/format.ts'
import { clippedText, forestPlot, forestPlotHeight, type ForestLine } from './forest-plot.ts'
import type { ChartTheme } from './theme.ts'

/** The name of a benchmark above its variants, or one change. */
type ChartLine = Readonly<{ label: string; mark: ChangeMark | null }>

const lineHeight = 20 // CSS pixels

/**
 * Every change of a comparison from top to bottom; with one variant the benchmarks
 * need no lines of their own.
 */
function linesOf({ groups, marks }: ChangeChart): readonly ChartLine[] {
  return groups.flatMap(group => {
    const own = marks.filter(mark => mark.group === group)
    const [only] = own
    if (own.length === 1 && only) return [{ label: nameOf(group), mark: only }]
    return [{ label: nameOf(group), mark: null }, ...own.map(mark => ({ label: mark.series.name, mark }))]
  })
}

function nameOf({ cell, parameters }: ChangeGroup): string {
  return parameters === '' ? cell.benchmark : `${cell.benchmark}, ${parameters}`
}

/** Height in CSS pixels at which each line has its room. */
export function forestHeight(chart: ChangeChart): number {
  return forestPlotHeight(linesOf(chart).length, lineHeight)
}

/**
 * Estimates with the interval of the row by itself (thick) and the one that holds together with all
 * others (thin), which the verdict judges; behind each the region of no interest.
 */
export function forest(chart: ChangeChart, theme: ChartTheme): ChartConfiguration<'scatterWithErrorBars'> {
  const lines = linesOf(chart).map(line => forestLine(line, theme))
  return forestPlot(lines, 'change against the baseline in %', theme)
}

/** How many intervals run out of the plot, for people; empty when all are seen whole. */
export function forestClippedText({ marks }: ChangeChart): string {
  return clippedText(marks.map(({ percent, interval, outer }) => ({ percent, inner: interval, outer })))
}

function forestLine({ label, mark }: ChartLine, theme: ChartTheme): ForestLine {
  const tone = mark?.tone ?? 'none'
  const color = tone === 'none' ? theme.secondary : theme[tone]
  return {
    label,
    isBold: mark === null,
    percent: mark?.percent ?? null,
    inner: mark?.interval ?? null,
    outer: mark?.outer ?? null,
    fill: tone === 'none' ? theme.surface : color,
    color,
    point: { style: tone === 'none' ? 'circle' : 'rect', radius: 4 },
    numbers: numbersOf(mark),
    description: mark && describe(mark),
    regionPercent: mark?.regionPercent ?? null,
  }
}

function describe(mark: ChangeMark): string | null {
  if (mark.percent === null) return null
  return changeSentence(`${nameOf(mark.group)}, ${mark.series.name}`, mark)
}

function numbersOf(mark: ChangeMark | null): string {
  if (mark === null) return ''
  const { percent, interval } = mark
  if (percent === null) return 'no samples'
  const range = interval === null ? 'no interval' : formatInterval(interval.low, interval.high)
  return `${formatSigned(percent)} ${range}`
}
