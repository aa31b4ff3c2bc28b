import type { ChartArea, ChartConfiguration, Scale } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import { axisTitle, commonOptions, quietRegion, signedTick, ticksOptions, tooltipOptions } from './common.ts'
import { rangeAround, type PercentRange } from './percent-bars.ts'
import type { ChartTheme } from './theme.ts'

type Range = Readonly<{ low: number; high: number }>

/** One line of the plot, from top to bottom. */
export type ForestLine = Readonly<{
  /** Left of the plot; bold where a line stands for others. */
  label: string
  isBold: boolean
  /** Without an estimate nothing is drawn. */
  percent: number | null
  /** Drawn thick, and thin. */
  inner: Range | null
  outer: Range | null
  fill: string
  color: string
  point: Readonly<{ style: 'circle' | 'rect' | 'rectRot'; radius: number }>
  /** The numbers right of the plot. */
  numbers: string
  /** What is reported of it under the pointer; null: nothing. */
  description: string | null
  /** Changes within ± this are of no interest. */
  regionPercent: number | null
}>

const axesHeight = 64 // CSS pixels

/** Height in CSS pixels at which each line has its room. */
export function forestPlotHeight(lines: number, lineHeight: number): number {
  return lines * lineHeight + axesHeight
}

type Intervals = Pick<ForestLine, 'percent' | 'inner' | 'outer'>

/** The ends of everything that the lines show, and 0. */
function endsOf(lines: readonly Intervals[]) {
  const estimates = lines.flatMap(({ percent }) => percent ?? [])
  const ranges = lines.flatMap(({ inner, outer }) => [inner ?? [], outer ?? []].flat())
  return {
    estimates,
    lowest: Math.min(0, ...estimates, ...ranges.map(({ low }) => low)),
    highest: Math.max(0, ...estimates, ...ranges.map(({ high }) => high)),
  }
}

/** How far the one scale of all lines reaches. */
function forestRange(lines: readonly Intervals[]): PercentRange {
  const { estimates, ...ends } = endsOf(lines)
  return rangeAround(estimates, ends)
}

/** At which ends a line runs out of the plot. */
function clippedEnds({ inner, outer }: Intervals, { min = -Infinity, max = Infinity }: PercentRange) {
  const ranges = [inner ?? [], outer ?? []].flat()
  return { low: ranges.some(({ low }) => low < min), high: ranges.some(({ high }) => high > max) }
}

/** How many intervals run out of the plot, for people; empty when all are seen whole. */
export function clippedText(lines: readonly Intervals[]): string {
  const range = forestRange(lines)
  const count = lines.filter(line => {
    const { low, high } = clippedEnds(line, range)
    return low || high
  }).length
  if (count === 0) return ''
  const goOn = count === 1 ? 'One interval extends' : `${count} intervals extend`
  return `${goOn} beyond the plot (arrows at the edge); the numbers are on the right.`
}

/** Estimates with their intervals below each other, one scale for all. */
export function forestPlot(
  lines: readonly ForestLine[],
  title: string,
  theme: ChartTheme,
): ChartConfiguration<'scatterWithErrorBars'> {
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
  const range = forestRange(lines)
  const { lowest, highest } = endsOf(lines)
  const ticks = { ...ticksOptions(theme), autoSkip: false, padding: 6 }
  return {
    type: 'scatterWithErrorBars',
    data: {
      datasets: [
        {
          data: lines.map(pointOf),
          backgroundColor: lines.map(({ fill }) => fill),
          borderColor: lines.map(({ color }) => color),
          borderWidth: 1.5,
          pointRadius: lines.map(({ point }) => point.radius),
          pointHoverRadius: lines.map(({ point }) => point.radius + 1),
          pointStyle: lines.map(({ point }) => point.style),
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
          filter: ({ dataIndex }) => (lines[dataIndex]?.description ?? null) !== null,
          callbacks: { label: ({ dataIndex }) => lines[dataIndex]?.description ?? '' },
        },
        annotation: {
          annotations: lines.flatMap(({ regionPercent: region }, y) =>
            region === null
              ? []
              : quietRegion(theme, { xMin: -region, xMax: region, yMin: y - 0.5, yMax: y + 0.5 }),
          ),
        },
      },
      scales: {
        x: {
          position: 'top', // a long plot is read from its beginning
          title: axisTitle(theme, title),
          border: { display: false },
          // Chart.js does not see the ends of a line that has one interval only.
          suggestedMin: lowest,
          suggestedMax: highest,
          ...range,
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
              weight: lines[index]?.isBold === true ? 'bold' : 'normal',
            }),
            callback: value => lines[Number(value)]?.label ?? '',
          },
        },
        numbers: {
          ...side,
          axis: 'y',
          position: 'right',
          ticks: { ...ticks, callback: value => lines[Number(value)]?.numbers ?? '' },
        },
      },
    },
    plugins: [clippedMarks(lines, range, theme)],
  }
}

/** What the marks need of the drawn chart. */
type DrawnPlot = Readonly<{
  ctx: CanvasRenderingContext2D
  chartArea: ChartArea
  scales: Readonly<Record<string, Scale>>
}>

/** An arrow at the edge where an interval goes on beyond it. */
function clippedMarks(lines: readonly ForestLine[], range: PercentRange, theme: ChartTheme) {
  const size = 5 // CSS pixels from the tip to the base
  return {
    id: 'clippedMarks',
    afterDatasetsDraw({ ctx, chartArea, scales }: DrawnPlot) {
      function arrow(tip: number, base: number, y: number): void {
        ctx.beginPath()
        ctx.moveTo(tip, y)
        ctx.lineTo(base, y - size)
        ctx.lineTo(base, y + size)
        ctx.closePath()
        ctx.fill()
      }
      ctx.save()
      ctx.fillStyle = theme.text
      for (const [index, line] of lines.entries()) {
        const y = scales.y?.getPixelForValue(index)
        const { low, high } = clippedEnds(line, range)
        if (y === undefined) continue
        if (low) arrow(chartArea.left, chartArea.left + size, y)
        if (high) arrow(chartArea.right, chartArea.right - size, y)
      }
      ctx.restore()
    },
  }
}

/** What is missing is NaN, which is not drawn. */
function pointOf({ percent, inner, outer }: ForestLine, y: number) {
  return {
    x: percent ?? NaN,
    y,
    yMin: NaN,
    yMax: NaN,
    xMin: [inner?.low ?? NaN, outer?.low ?? NaN],
    xMax: [inner?.high ?? NaN, outer?.high ?? NaN],
  }
}
