import type { ChartConfiguration, Scale } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import { benchmarkOf } from '../../engine/contract/benchmark.ts'
import type {
  MachineChange,
  MachineComparison,
  MachineRow,
} from '../../engine/contract/machine-comparison.ts'
import { findingWords } from '../screens/across/across.ts'
import { formatInterval, formatPercent } from '../ui/format.ts'
import { axisTitle, commonOptions, quietRegion, signedTick, ticksOptions, tooltipOptions } from './common.ts'
import type { ChartTheme } from './theme.ts'

type Line = Readonly<{
  label: string
  percent: number
  /** Thick: the interval by itself, or of the mean; thin: where one more machine is expected. */
  inner: Readonly<{ low: number; high: number }> | null
  outer: Readonly<{ low: number; high: number }> | null
  color: string
  isSummary: boolean
  description: string
}>

const lineHeight = 24 // CSS pixels
const axesHeight = 64

export function machineForestHeight({ changes, summary }: MachineRow): number {
  return (changes.length + (summary ? 1 : 0)) * lineHeight + axesHeight
}

/**
 * The change of each machine with its interval; below them the mean with its
 * interval and the prediction.
 */
export function machineForest(
  { machines, thresholdPercent }: MachineComparison,
  row: MachineRow,
  theme: ChartTheme,
): ChartConfiguration<'scatterWithErrorBars'> {
  const lines = [
    ...row.changes.map(change => lineOf(change, machines[change.machine]?.cpu ?? '', row, theme)),
    ...summaryLine(row, theme),
  ]
  const ticks = { ...ticksOptions(theme), autoSkip: false, padding: 6 }
  const side = {
    type: 'linear',
    reverse: true,
    min: -0.6,
    max: lines.length - 0.4,
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = lines.map((_, value) => ({ value }))
    },
    grid: { display: false },
    border: { display: false },
  } as const
  return {
    type: 'scatterWithErrorBars',
    data: {
      datasets: [
        {
          data: lines.map(({ percent, inner, outer }, y) => ({
            x: percent,
            y,
            yMin: NaN,
            yMax: NaN,
            xMin: [inner?.low ?? NaN, outer?.low ?? NaN],
            xMax: [inner?.high ?? NaN, outer?.high ?? NaN],
          })),
          backgroundColor: lines.map(({ color }) => color),
          borderColor: lines.map(({ color }) => color),
          borderWidth: 1.5,
          pointRadius: lines.map(({ isSummary }) => (isSummary ? 6 : 4)),
          pointStyle: lines.map(({ isSummary }) => (isSummary ? 'rectRot' : 'rect')),
          errorBarColor: { v: [theme.text, theme.secondary] },
          errorBarWhiskerColor: { v: ['transparent', theme.secondary] },
          errorBarLineWidth: { v: [2.5, 1] },
          errorBarWhiskerLineWidth: { v: [0, 1] },
          errorBarWhiskerSize: { v: [0, 6] },
        },
      ],
    },
    options: {
      ...commonOptions(theme),
      interaction: { mode: 'nearest', axis: 'y', intersect: false },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: { label: ({ dataIndex }) => lines[dataIndex]?.description ?? '' },
        },
        annotation: {
          annotations: [
            quietRegion(theme, {
              xMin: -thresholdPercent,
              xMax: thresholdPercent,
              yMin: -0.6,
              yMax: lines.length - 0.4,
            }),
          ],
        },
      },
      scales: {
        x: {
          position: 'top',
          title: axisTitle(theme, 'change against the machine’s own baseline in %'),
          border: { display: false },
          grid: { color: context => (context.tick.value === 0 ? theme.zero : theme.grid) },
          ticks: { ...ticksOptions(theme), callback: signedTick },
        },
        y: {
          ...side,
          ticks: {
            ...ticks,
            color: theme.text,
            font: ({ index }) => ({
              ...ticks.font,
              weight: lines[index]?.isSummary === true ? 'bold' : 'normal',
            }),
            callback: value => lines[Number(value)]?.label ?? '',
          },
        },
        numbers: {
          ...side,
          axis: 'y',
          position: 'right',
          ticks: { ...ticks, callback: value => numbersOf(lines[Number(value)]) },
        },
      },
    },
  }
}

function lineOf(
  { percent, low, high, n, finding }: MachineChange,
  cpu: string,
  row: MachineRow,
  theme: ChartTheme,
): Line {
  const inner = low === null || high === null ? null : { low, high }
  const numbers = inner === null ? '' : ` ${formatInterval(inner.low, inner.high)}`
  return {
    label: cpu,
    percent,
    inner,
    outer: null,
    color: colorOf(percent, finding, row, theme),
    isSummary: false,
    description: `${formatPercent(percent)}${numbers}, ${n} rounds: ${findingWords[finding]}`,
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

function summaryLine({ summary }: MachineRow, theme: ChartTheme): Line[] {
  if (!summary) return []
  const { percent, interval, prediction, machines } = summary
  const next = prediction === null ? '' : `; next machine ${formatInterval(prediction.low, prediction.high)}`
  return [
    {
      label: `mean of ${machines}`,
      percent,
      inner: interval,
      outer: prediction,
      color: theme.accent,
      isSummary: true,
      description: `mean ${formatPercent(percent)} ${formatInterval(interval.low, interval.high)}${next}`,
    },
  ]
}

function numbersOf(line: Line | undefined): string {
  if (!line) return ''
  const range = line.inner
  return range === null
    ? formatPercent(line.percent)
    : `${formatPercent(line.percent)} ${formatInterval(range.low, range.high)}`
}
