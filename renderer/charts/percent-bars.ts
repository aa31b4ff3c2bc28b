import type { ChartArea, ChartConfiguration, Scale } from 'chart.js'
import type {} from 'chartjs-chart-error-bars' // declares the chart type
import type { ChangeChart, ChangeGroup, ChangeMark, ChangeSeries } from '../../engine/chart/change-chart.ts'
import { formatInterval, formatSigned } from '../../engine/text/format.ts'
import {
  axisTitle,
  commonOptions,
  legendOptions,
  quietRegion,
  signedTick,
  ticksOptions,
  tooltipOptions,
  whiskerOptions,
} from './common.ts'
import { faded, seriesColor, type ChartTheme } from './theme.ts'

const faint = 0.22 // opacity of a bar that no verdict sets apart: there, and clearly not a finding

/**
 * Percent change by benchmark, one bar a variant, whiskers from the low to the
 * high end of its interval.
 */
export function percentBars(chart: ChangeChart, theme: ChartTheme): ChartConfiguration<'barWithErrorBars'> {
  const bars = chart.series.map(series => marksOf(chart, series))
  return {
    type: 'barWithErrorBars',
    data: {
      labels: chart.groups.map(groupLabel),
      datasets: chart.series.map(({ name }, index) => {
        const color = seriesColor(theme, index)
        const marks = bars[index] ?? []
        return {
          label: name,
          data: marks.map(barOf),
          backgroundColor: marks.map(mark => fillOf(mark, color, theme)),
          borderColor: color,
          borderWidth: marks.map(({ isDisturbed }) => (isDisturbed ? 0 : 1)),
          borderSkipped: false,
          maxBarThickness: 28,
          categoryPercentage: 0.78,
          barPercentage: 0.92,
          ...whiskerOptions(theme.text),
        }
      }),
    },
    options: {
      ...commonOptions(theme),
      interaction: { mode: 'nearest', intersect: true },
      plugins: {
        legend: legendOptions(theme),
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            label: item => {
              const mark = bars[item.datasetIndex]?.[item.dataIndex]
              return mark ? tooltipOf(mark) : ''
            },
          },
        },
        annotation: {
          annotations: chart.groups.flatMap((group, index) => {
            const region = regionOf(chart, group)
            if (region === null) return []
            return quietRegion(theme, { xMin: index - 0.5, xMax: index + 0.5, yMin: -region, yMax: region })
          }),
        },
      },
      scales: {
        x: { grid: { display: false }, border: { display: false }, ticks: ticksOptions(theme) },
        y: {
          title: axisTitle(theme, 'change against the baseline in %'),
          border: { display: false },
          ...percentRange(chart),
          grid: { color: context => (context.tick.value === 0 ? theme.zero : theme.grid) },
          ticks: { ...ticksOptions(theme), callback: signedTick },
        },
      },
    },
    plugins: [publishedMarks(bars, theme)],
  }
}

/** Those of one series, in the order of the groups. */
function marksOf({ marks }: ChangeChart, series: ChangeSeries): readonly ChangeMark[] {
  return marks.filter(mark => mark.series === series)
}

/**
 * A disturbed bar is grey, without the colour of its variant: it must not look like a
 * finding beside the others.
 */
function fillOf({ isDisturbed, tone }: ChangeMark, color: string, theme: ChartTheme): string {
  if (isDisturbed) return faded(theme.secondary, faint)
  return tone === 'none' ? faded(color, faint) : color
}

function tooltipOf({ series, percent, interval }: ChangeMark): string {
  if (percent === null) return ''
  const range = interval === null ? 'no interval' : formatInterval(interval.low, interval.high)
  return `${series.name}: ${formatSigned(percent)} % ${range}`
}

/** The benchmark; below it what sets the group apart from others of it. */
function groupLabel({ cell, parameters }: ChangeGroup): string | string[] {
  return parameters === '' ? cell.benchmark : [cell.benchmark, parameters]
}

/** δ of the group, if all its changes have the same. */
function regionOf({ marks }: ChangeChart, group: ChangeGroup): number | null {
  const regions = new Set(
    marks.filter(mark => mark.group === group).map(({ regionPercent }) => regionPercent),
  )
  const [first = null] = regions
  return regions.size === 1 ? first : null
}

/** What a plugin here needs of a chart of any kind. */
type DrawnChart = Readonly<{
  ctx: CanvasRenderingContext2D
  chartArea: ChartArea
  scales: Readonly<Record<string, Scale>>
  isDatasetVisible: (index: number) => boolean
  getDatasetMeta: (index: number) => Readonly<{ data: readonly Readonly<{ x: number }>[] }>
}>

/** A diamond on each bar where the published change would end; bars are where Chart.js put them. */
function publishedMarks(bars: readonly (readonly ChangeMark[])[], theme: ChartTheme) {
  const size = 4.5 // CSS pixels from the middle to a corner
  return {
    id: 'publishedMarks',
    afterDatasetsDraw(chart: DrawnChart) {
      const { ctx, scales, chartArea } = chart
      ctx.save()
      ctx.fillStyle = theme.surface
      ctx.strokeStyle = theme.text
      ctx.lineWidth = 1.5
      for (const [datasetIndex, marks] of bars.entries()) {
        if (!chart.isDatasetVisible(datasetIndex)) continue
        for (const [index, { published }] of marks.entries()) {
          const y = published === null ? undefined : scales.y?.getPixelForValue(published)
          const x = chart.getDatasetMeta(datasetIndex).data[index]?.x
          if (x === undefined || y === undefined || y < chartArea.top || y > chartArea.bottom) continue
          ctx.beginPath()
          ctx.moveTo(x, y - size)
          ctx.lineTo(x + size, y)
          ctx.lineTo(x, y + size)
          ctx.lineTo(x - size, y)
          ctx.closePath()
          ctx.fill()
          ctx.stroke()
        }
      }
      ctx.restore()
    },
  }
}

/** Without an interval there are no whiskers, without an estimate no bar: NaN is not drawn. */
function barOf({ percent, interval }: ChangeMark): { y: number; yMin: number; yMax: number } {
  return { y: percent ?? NaN, yMin: interval?.low ?? NaN, yMax: interval?.high ?? NaN }
}

const leastRange = 5 // percent; a narrower scale would make noise look like a change
const roomAroundEstimates = 3 // times the largest estimate

/** How far a scale of percent reaches; an end that is missing is where the data end. */
export type PercentRange = Readonly<{ min?: number; max?: number }>

/**
 * All intervals if they are not much wider than the estimates; else some whiskers run out of the
 * picture, which is better than estimates that cannot be seen.
 */
export function rangeAround(
  estimates: readonly number[],
  ends: Readonly<{ lowest: number; highest: number }>,
): PercentRange {
  const limit = Math.max(leastRange, ...estimates.map(Math.abs)) * roomAroundEstimates
  return {
    ...(ends.highest > limit ? { max: limit } : {}),
    ...(ends.lowest < -limit ? { min: -limit } : {}),
  }
}

/** The range for all intervals of a chart, and the published values overlaid on it. */
export function percentRange({ marks }: ChangeChart): PercentRange {
  const estimates = marks.flatMap(({ percent, published }) => [percent ?? 0, published ?? 0])
  return rangeAround(estimates, {
    highest: Math.max(...marks.map(({ interval }) => interval?.high ?? 0)),
    lowest: Math.min(...marks.map(({ interval }) => interval?.low ?? 0)),
  })
}
