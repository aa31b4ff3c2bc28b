import type { ChartConfiguration } from 'chart.js'
import type { ChangeChart, ChangeMark } from '../../../engine/chart/change-chart.ts'
import { formatInterval, formatPercent } from '../../../engine/text/format.ts'
import { forestPlot, forestPlotHeight, type ForestLine } from '../../charts/forest-plot.ts'
import type { ChartTheme } from '../../charts/theme.ts'

const lineHeight = 24 // CSS pixels

/** Height in CSS pixels at which each line has its room. */
export function machineForestHeight({ marks }: ChangeChart): number {
  return forestPlotHeight(marks.length, lineHeight)
}

/**
 * The change of each machine with its interval; below them the mean with its interval (thick) and
 * where one more machine is expected (thin).
 */
export function machineForest(
  { marks }: ChangeChart,
  theme: ChartTheme,
): ChartConfiguration<'scatterWithErrorBars'> {
  const lines = marks.map(mark => lineOf(mark, theme))
  return forestPlot(lines, 'change against the machine’s own baseline in %', theme)
}

function lineOf(mark: ChangeMark, theme: ChartTheme): ForestLine {
  const { series, percent, interval, outer, tone, n, verdict, regionPercent } = mark
  const { isSummary } = series
  const numbers = numbersOf(mark)
  const color = isSummary ? theme.accent : tone === 'none' ? theme.secondary : theme[tone]
  const next = outer === null ? '' : `; next machine ${formatInterval(outer.low, outer.high)}`
  return {
    label: isSummary ? `${series.name} of ${n}` : series.name,
    isBold: isSummary,
    percent,
    inner: interval,
    outer,
    fill: color,
    color,
    point: isSummary ? { style: 'rectRot', radius: 6 } : { style: 'rect', radius: 4 },
    numbers,
    description: isSummary ? `${series.name} ${numbers}${next}` : `${numbers}, ${n} rounds: ${verdict}`,
    regionPercent,
  }
}

function numbersOf({ percent, interval }: ChangeMark): string {
  if (percent === null) return ''
  const range = interval === null ? '' : ` ${formatInterval(interval.low, interval.high)}`
  return `${formatPercent(percent)}${range}`
}
