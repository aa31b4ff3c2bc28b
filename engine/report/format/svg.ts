/**
 * Draws a chart as one SVG element: horizontal bars with whiskers, grouped, one colour a series.
 */
import type { Chart, ChartBar } from '../content/chart.ts'
import { escapeXml } from '../../text/escape-text.ts'

const width = 960
const labelWidth = 190
const rightMargin = 24
const barHeight = 14
const barGap = 4
const groupGap = 12
const axisHeight = 28
const legendHeight = 26
const wantedTicks = 8
const capHeight = 7
const nearShare = 0.9 // of all ends lie within the scale …
const farFactor = 1.5 // … with half as much room again; what lies beyond is drawn as an arrow
const plotWidth = width - labelWidth - rightMargin

type Scale = Readonly<{
  /** Horizontal place of a value within the limits. */
  x: (value: number) => number
  low: number
  high: number
}>

/** The text of one SVG element; its colours come from the classes of the page. */
export function renderSvg(chart: Chart): string {
  const series = new Map(chart.bars.map(bar => [bar.series, bar.colour]))
  const ticks = ticksOf(chart.bars)
  const scale = scaleOf(ticks)
  const top = series.size > 1 ? legendHeight : 0
  let y = top
  const groups = groupBars(chart.bars).map(bars => {
    const groupTop = y
    y += bars.length * (barHeight + barGap) + groupGap
    return renderGroup(bars, groupTop, scale)
  })
  return [
    `<svg viewBox="0 0 ${width} ${y + axisHeight}" role="img" aria-label="${escapeXml(chart.title)}">`,
    ...(series.size > 1 ? [renderLegend(series)] : []),
    ...ticks.map(tick => renderTick(tick, scale.x(tick), top, y, chart.unit)),
    ...groups,
    '</svg>',
  ].join('\n')
}

function groupBars(bars: readonly ChartBar[]): ChartBar[][] {
  const groups = new Map<string, ChartBar[]>()
  for (const bar of bars) groups.set(bar.group, [...(groups.get(bar.group) ?? []), bar])
  return [...groups.values()]
}

/**
 * Round values over what is drawn, 0 among them; a few far ends do not decide the
 * scale of everything else.
 */
function ticksOf(bars: readonly ChartBar[]): number[] {
  const values = bars.map(bar => bar.value)
  const ends = [
    ...values,
    ...bars.flatMap(bar => bar.dots),
    ...bars.flatMap(({ interval }) => (interval === null ? [] : [interval.low, interval.high])),
  ]
  const far = Math.max(farFactor * shareQuantile(ends.map(Math.abs)), ...values.map(Math.abs))
  const low = Math.max(least(ends), -far)
  const high = Math.min(-least(ends.map(end => -end)), far)
  const step = roundStep((high - low || 1) / wantedTicks)
  const first = Math.floor(low / step)
  const last = Math.max(Math.ceil(high / step), first + 1)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

/** The least of the values and 0. */
function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), 0)
}

/** The value that nine in ten do not exceed; 0 of none. */
function shareQuantile(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.ceil(nearShare * sorted.length) - 1] ?? 0
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  return power * ([1, 2, 5].find(factor => factor * power >= step) ?? 10)
}

function scaleOf(ticks: readonly number[]): Scale {
  const low = ticks[0] ?? 0
  const high = ticks.at(-1) ?? 1
  return { low, high, x: value => round(labelWidth + ((value - low) / (high - low)) * plotWidth) }
}

function renderGroup(bars: readonly ChartBar[], top: number, scale: Scale): string {
  const height = bars.length * (barHeight + barGap) - barGap
  const middle = top + height / 2
  const name = escapeXml(bars[0]?.group ?? '')
  const label = `<text class="label" x="${labelWidth - 10}" y="${middle + 4}" text-anchor="end">${name}</text>`
  const drawn = bars.map((bar, index) => renderBar(bar, top + index * (barHeight + barGap), scale))
  return [...renderRegion(bars, top, height, scale), label, ...drawn].join('\n')
}

/** Behind the bars of a group, which are all of one cell and so have one region. */
function renderRegion(bars: readonly ChartBar[], top: number, height: number, scale: Scale): string[] {
  const region = bars[0]?.region ?? null
  if (region === null) return []
  const [from, to] = [scale.x(Math.max(scale.low, -region)), scale.x(Math.min(scale.high, region))]
  const [above, tall] = [top - barGap, height + 2 * barGap]
  return [`<rect class="region" x="${from}" y="${above}" width="${round(to - from)}" height="${tall}"/>`]
}

function renderBar(bar: ChartBar, top: number, { x, low, high }: Scale): string {
  const middle = top + barHeight / 2
  const [from, to] = [Math.min(x(0), x(bar.value)), Math.max(x(0), x(bar.value))]
  const dots = bar.dots.filter(dot => dot >= low && dot <= high)
  const isBelow = bar.dots.length > 0 && least(bar.dots) < low
  const isAbove = bar.dots.some(dot => dot > high)
  return [
    `<g class="series-${bar.colour % 8}${bar.isDisturbed ? ' disturbed' : ''}"><title>${escapeXml(bar.description)}</title>`,
    `<rect x="${from}" y="${top}" width="${Math.max(1, round(to - from))}" height="${barHeight}"/>`,
    ...dots.map(dot => `<circle cx="${x(dot)}" cy="${middle}" r="2.5"/>`),
    ...(isBelow ? [arrow(x(low), middle, -1)] : []),
    ...(isAbove ? [arrow(x(high), middle, 1)] : []),
    ...(bar.interval === null ? [] : [renderWhisker(bar.interval, middle, { x, low, high })]),
    '</g>',
  ].join('')
}

/** A line with a cap at each end, or an arrow where the end lies outside of the scale. */
function renderWhisker(
  interval: Readonly<{ low: number; high: number }>,
  middle: number,
  { x, low, high }: Scale,
): string {
  const from = x(Math.min(high, Math.max(low, interval.low)))
  const to = x(Math.max(low, Math.min(high, interval.high)))
  return [
    `<path class="whisker" d="M${from} ${middle}H${to}"/>`,
    interval.low < low ? arrow(from, middle, -1) : cap(from, middle),
    interval.high > high ? arrow(to, middle, 1) : cap(to, middle),
  ].join('')
}

function cap(x: number, middle: number): string {
  return `<path class="whisker" d="M${x} ${middle - capHeight / 2}v${capHeight}"/>`
}

function arrow(x: number, middle: number, direction: 1 | -1): string {
  const back = direction * -6
  return `<path class="whisker" d="M${x + back} ${middle - capHeight / 2}L${x} ${middle}L${x + back} ${middle + capHeight / 2}"/>`
}

function renderTick(tick: number, x: number, top: number, bottom: number, unit: string): string {
  const text = `${Number(tick.toPrecision(6))} ${unit}`
  return `<path class="${tick === 0 ? 'zero' : 'grid'}" d="M${x} ${top}V${bottom}"/><text class="tick" x="${x}" y="${bottom + 18}" text-anchor="middle">${text}</text>`
}

function renderLegend(series: ReadonlyMap<string, number>): string {
  let x = labelWidth
  const entries = [...series].map(([name, colour]) => {
    const left = x
    x += 40 + 7 * name.length
    return `<g class="series-${colour % 8}"><rect x="${left}" y="4" width="12" height="12"/></g><text class="label" x="${left + 18}" y="14">${escapeXml(name)}</text>`
  })
  return entries.join('')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
