/** Draws a chart as one SVG element: horizontal bars with whiskers, grouped, one colour a series. */
import type { Chart, ChartBar } from './chart.ts'
import { escapeXml } from './escape-xml.ts'

const width = 960
const labelWidth = 190
const rightMargin = 24
const barHeight = 14
const barGap = 4
const groupGap = 12
const axisHeight = 28
const legendHeight = 26
const wantedTicks = 8
const plotWidth = width - labelWidth - rightMargin

export function renderSvg(chart: Chart): string {
  const series = [...new Set(chart.bars.map(bar => bar.series))]
  const groups = groupBars(chart.bars)
  const ticks = ticksOf(chart.bars)
  const x = scaleOf(ticks)
  let y = series.length > 1 ? legendHeight : 0
  const parts = groups.map(bars => {
    const top = y
    y += bars.length * (barHeight + barGap) + groupGap
    return renderGroup(bars, top, x, series)
  })
  const height = y + axisHeight
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(chart.title)}">`,
    ...(series.length > 1 ? [renderLegend(series)] : []),
    ...ticks.map(tick => renderTick(tick, x(tick), y, chart.unit)),
    ...parts,
    '</svg>',
  ].join('\n')
}

function groupBars(bars: readonly ChartBar[]): ChartBar[][] {
  const groups = new Map<string, ChartBar[]>()
  for (const bar of bars) groups.set(bar.group, [...(groups.get(bar.group) ?? []), bar])
  return [...groups.values()]
}

/** Round values from below the least to above the greatest of what is drawn, 0 among them. */
function ticksOf(bars: readonly ChartBar[]): number[] {
  const values = bars.flatMap(bar => [
    bar.value,
    ...bar.dots,
    bar.interval?.low ?? 0,
    bar.interval?.high ?? 0,
  ])
  const low = values.reduce((least, value) => Math.min(least, value), 0)
  const high = values.reduce((most, value) => Math.max(most, value), 0)
  const step = roundStep((high - low || 1) / wantedTicks)
  const first = Math.floor(low / step)
  const last = Math.max(Math.ceil(high / step), first + 1)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  return power * ([1, 2, 5].find(factor => factor * power >= step) ?? 10)
}

function scaleOf(ticks: readonly number[]): (value: number) => number {
  const first = ticks[0] ?? 0
  const last = ticks.at(-1) ?? 1
  return value => Math.round((labelWidth + ((value - first) / (last - first)) * plotWidth) * 10) / 10
}

function renderGroup(
  bars: readonly ChartBar[],
  top: number,
  x: (value: number) => number,
  series: readonly string[],
): string {
  const [first] = bars
  const middle = top + (bars.length * (barHeight + barGap) - barGap) / 2
  const label = `<text class="label" x="${labelWidth - 10}" y="${middle + 4}" text-anchor="end">${escapeXml(first?.group ?? '')}</text>`
  const drawn = bars.map((bar, index) =>
    renderBar(bar, top + index * (barHeight + barGap), x, series.indexOf(bar.series)),
  )
  return [label, ...drawn].join('\n')
}

function renderBar(bar: ChartBar, top: number, x: (value: number) => number, colour: number): string {
  const middle = top + barHeight / 2
  const [from, to] = [Math.min(x(0), x(bar.value)), Math.max(x(0), x(bar.value))]
  return [
    `<g class="series-${colour % 8}"><title>${escapeXml(bar.description)}</title>`,
    `<rect x="${from}" y="${top}" width="${Math.max(1, Math.round((to - from) * 10) / 10)}" height="${barHeight}"/>`,
    ...bar.dots.map(dot => `<circle cx="${x(dot)}" cy="${middle}" r="2.5"/>`),
    ...(bar.interval === null ? [] : [renderWhisker(x(bar.interval.low), x(bar.interval.high), middle)]),
    '</g>',
  ].join('')
}

function renderWhisker(low: number, high: number, middle: number): string {
  const cap = barHeight / 4
  return `<path class="whisker" d="M${low} ${middle}H${high}M${low} ${middle - cap}v${2 * cap}M${high} ${middle - cap}v${2 * cap}"/>`
}

function renderTick(tick: number, x: number, bottom: number, unit: string): string {
  const text = `${Number(tick.toPrecision(6))} ${unit}`
  return `<path class="${tick === 0 ? 'zero' : 'grid'}" d="M${x} 0V${bottom}"/><text class="tick" x="${x}" y="${bottom + 18}" text-anchor="middle">${text}</text>`
}

function renderLegend(series: readonly string[]): string {
  let x = labelWidth
  const entries = series.map((name, index) => {
    const left = x
    x += 40 + 7 * name.length
    return `<g class="series-${index % 8}"><rect x="${left}" y="4" width="12" height="12"/></g><text class="label" x="${left + 18}" y="14">${escapeXml(name)}</text>`
  })
  return entries.join('')
}
