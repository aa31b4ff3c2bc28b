import type { ChartConfiguration, Scale } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import { axisTitle, commonOptions, quietRegion, signedTick, ticksOptions, tooltipOptions } from './common.ts'
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
  /** What is told of it under the pointer; null: nothing. */
  description: string | null
  /** Changes within ± this are of no interest. */
  regionPercent: number | null
}>

const axesHeight = 64 // CSS pixels

/** Height in CSS pixels at which each line has its room. */
export function forestPlotHeight(lines: number, lineHeight: number): number {
  return lines * lineHeight + axesHeight
}

/** Estimates with their intervals below each other, one scale for all. */
export function forestPlot(
  lines: readonly ForestLine[],
  title: string,
  range: Readonly<{ min?: number; max?: number }>,
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
