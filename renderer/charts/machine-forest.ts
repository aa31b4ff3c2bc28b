import type { ChartConfiguration } from 'chart.js'
import { benchmarkOf } from '../../engine/contract/benchmark.ts'
import type {
  MachineChange,
  MachineComparison,
  MachineRow,
} from '../../engine/contract/machine-comparison.ts'
import { findingWords } from '../screens/across/across.ts'
import { formatInterval, formatPercent } from '../ui/format.ts'
import { clippedText, forestPlot, forestPlotHeight, type ForestLine } from './forest-plot.ts'
import type { ChartTheme } from './theme.ts'

const lineHeight = 24 // CSS pixels

/** Height in CSS pixels at which each line has its room. */
export function machineForestHeight({ changes, summary }: MachineRow): number {
  return forestPlotHeight(changes.length + (summary ? 1 : 0), lineHeight)
}

/**
 * The change of each machine with its interval; below them the mean with its interval (thick) and
 * where one more machine is expected (thin).
 */
export function machineForest(
  { machines, thresholdPercent }: MachineComparison,
  row: MachineRow,
  theme: ChartTheme,
): ChartConfiguration<'scatterWithErrorBars'> {
  const lines = [
    ...row.changes.map(change => lineOf(change, machines[change.machine]?.cpu ?? '', row, theme)),
    ...summaryLine(row, theme),
  ].map(line => ({ ...line, regionPercent: thresholdPercent }))
  return forestPlot(lines, 'change against the machine’s own baseline in %', theme)
}

/** How many intervals run out of the plot, for people; empty when all are seen whole. */
export function machineForestClippedText({ changes, summary }: MachineRow): string {
  return clippedText([
    ...changes.map(change => ({ percent: change.percent, inner: intervalOf(change), outer: null })),
    ...(summary ? [{ percent: summary.percent, inner: summary.interval, outer: summary.prediction }] : []),
  ])
}

function intervalOf({ low, high }: MachineChange): ForestLine['inner'] {
  return low === null || high === null ? null : { low, high }
}

function lineOf(
  change: MachineChange,
  cpu: string,
  row: MachineRow,
  theme: ChartTheme,
): Omit<ForestLine, 'regionPercent'> {
  const { percent, n, finding } = change
  const inner = intervalOf(change)
  const numbers = numbersOf(percent, inner)
  const color = colorOf(percent, finding, row, theme)
  return {
    label: cpu,
    isBold: false,
    percent,
    inner,
    outer: null,
    fill: color,
    color,
    point: { style: 'rect', radius: 4 },
    numbers,
    description: `${numbers}, ${n} rounds: ${findingWords[finding]}`,
  }
}

function colorOf(
  percent: number,
  finding: MachineChange['finding'],
  row: MachineRow,
  theme: ChartTheme,
): string {
  if (finding !== 'helps' && finding !== 'hurts') return theme.secondary
  const isBetter = benchmarkOf(row.cell.benchmark).metric === 'time' ? percent < 0 : percent > 0
  return isBetter ? theme.better : theme.worse
}

function summaryLine({ summary }: MachineRow, theme: ChartTheme): Omit<ForestLine, 'regionPercent'>[] {
  if (!summary) return []
  const { percent, interval, prediction, machines } = summary
  const numbers = numbersOf(percent, interval)
  const next = prediction === null ? '' : `; next machine ${formatInterval(prediction.low, prediction.high)}`
  return [
    {
      label: `mean of ${machines}`,
      isBold: true,
      percent,
      inner: interval,
      outer: prediction,
      fill: theme.accent,
      color: theme.accent,
      point: { style: 'rectRot', radius: 6 },
      numbers,
      description: `mean ${numbers}${next}`,
    },
  ]
}

function numbersOf(percent: number, range: ForestLine['inner']): string {
  const interval = range === null ? '' : ` ${formatInterval(range.low, range.high)}`
  return `${formatPercent(percent)}${interval}`
}
