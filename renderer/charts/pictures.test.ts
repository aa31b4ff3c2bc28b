/**
 * Every chart as SVG: what stands in the picture is what stands in the data, read
 * back from the file alone.
 */
import { expect, test } from 'vitest'
import type { CaseDetails, CaseSample, CaseSide } from '../../engine/contract/case-details.ts'
import { exampleTheme } from '../../test/fixtures/chart-theme.ts'
import { exampleCell, exampleComparison, exampleRow, exampleVariant } from '../../test/fixtures/comparison.ts'
import { comparisonChart } from '../../engine/chart/change-chart.ts'
import { matrixOf } from '../screens/compare/matrix.ts'
import { curvesOverFolios, curvesOverTasks } from '../screens/compare/curves.ts'
import { anyChart } from './any-chart.ts'
import { distribution, histogram } from '../screens/compare/distribution-chart.ts'
import { chartToSvg } from './export.ts'
import { forest, forestHeight } from './forest.ts'
import { historyLine } from '../screens/history/history-chart.ts'
import { percentBars } from './percent-bars.ts'
import { rounds } from '../screens/compare/rounds-chart.ts'
import { strip, timeOrder } from '../screens/compare/samples-chart.ts'
import { curves } from '../screens/compare/curves-chart.ts'

/** Six pixels a character: enough for a layout. */
function measure(text: string): TextMetrics {
  return { width: 6 * text.length } as TextMetrics
}

function draw(config: ReturnType<typeof anyChart>, height = 400): string {
  const size = { width: 800, height }
  return chartToSvg({ config, theme: exampleTheme, size, title: 'A title' }, measure)
}

type Text = Readonly<{ x: number; y: number; text: string }>

function textsOf(svg: string): readonly Text[] {
  return [...svg.matchAll(/<text x="([-\d.]+)" y="([-\d.]+)"[^>]*>([^<]*)</g)].map(([, x, y, text]) => ({
    x: Number(x),
    y: Number(y),
    text: text ?? '',
  }))
}

/** Turns pixels of an axis into its numbers, by two of its tick labels. */
function readAxis(svg: string, place: 'x' | 'y', from: string, to: string): (pixel: number) => number {
  const texts = textsOf(svg)
  const [one, other] = [from, to].map(label => texts.find(({ text }) => text === label))
  if (!one || !other) throw new Error(`the ticks are ${texts.map(({ text }) => text).join(', ')}`)
  function number({ text }: Text): number {
    return Number(text.replace('\u2212', '-'))
  }
  const step = (number(other) - number(one)) / (other[place] - one[place])
  return pixel => number(one) + (pixel - one[place]) * step
}

/** Heights of a line's points from left to right; a line may begin twice at its first point. */
function heightsOf(path: string): number[] {
  const points = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(
    ([, x, y]) => [Number(x), Number(y)] as const,
  )
  return [...new Map(points).values()]
}

const rows = [
  exampleRow(exampleCell('cow'), { percent: 10, low: 9, high: 11 }),
  exampleRow(exampleCell('fork'), { percent: -4, low: -6, high: -2.5 }),
]
const chart = comparisonChart(exampleComparison(rows))

test('bars end and whiskers reach where the numbers say', () => {
  const svg = draw(anyChart(percentBars(chart, exampleTheme)))
  const percentAt = readAxis(svg, 'y', '0', '+10')
  const bars = [
    ...svg.matchAll(
      /<path d="M[\d.]+ ([\d.]+)L[\d.]+ [\d.]+L[\d.]+ ([\d.]+)L[\d.]+ [\d.]+Z" fill="rgb\(0, 0, 1\)"/g,
    ),
  ]
  const ends = bars.map(([, one, other]) => [Number(one), Number(other)].map(percentAt))
  const nearest = ends.map(pair => pair.toSorted((one, other) => Math.abs(other) - Math.abs(one))[0])
  expect(nearest[0]).toBeCloseTo(10, 0)
  expect(nearest[1]).toBeCloseTo(-4, 0)
  const whiskers = [
    ...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L\1 ([\d.]+)[^"]*" fill="none" stroke="rgb\(10, 10, 10\)"/g),
  ]
    .map(([, , one, other]) => [Number(one), Number(other)].map(percentAt).sort((a, b) => a - b))
    .filter(([low = 0, high = 0]) => high - low > 0.5)
  expect(whiskers).toHaveLength(2)
  for (const [index, { low, high }] of rows.entries()) {
    expect(whiskers[index]?.[0]).toBeCloseTo(low ?? NaN, 0)
    expect(whiskers[index]?.[1]).toBeCloseTo(high ?? NaN, 0)
  }
})

test('a published change is a diamond at its height', () => {
  const source = {
    table: 'm',
    title: 'a table',
    machine: 'm',
    cpu: 'a CPU',
    returns: 'plain' as const,
    source: 'a mail',
  }
  const published = [
    {
      ...source,
      rows: [{ ...rows[0]!, percent: 7 }].map(({ cell, variant, percent }) => ({ cell, variant, percent })),
    },
  ]
  const laid = comparisonChart({ ...exampleComparison(rows), published }, 'm')
  const svg = draw(anyChart(percentBars(laid, exampleTheme)))
  const percentAt = readAxis(svg, 'y', '0', '+10')
  const diamonds = [
    ...svg.matchAll(/<path d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)L[\d.]+ \2Z" fill="rgb\(55/g),
  ]
  expect(diamonds.map(([, , middle]) => Math.round(percentAt(Number(middle))))).toEqual([7])
})

test('the forest plot names each row and prints its numbers beside it', () => {
  const svg = draw(anyChart(forest(chart, exampleTheme)), forestHeight(chart))
  const texts = textsOf(svg).map(({ text }) => text)
  expect(texts).toEqual(
    expect.arrayContaining(['cow', 'fork', '+10.0 [+9.0, +11.0]', '\u22124.0 [\u22126.0, \u22122.5]']),
  )
})

test('the region of no interest lies behind the row it belongs to', () => {
  const judged = [exampleRow(exampleCell('cow'), { regionPercent: 5, regionSource: 'threshold' }), rows[1]!]
  const laid = comparisonChart(exampleComparison(judged))
  const svg = draw(anyChart(forest(laid, exampleTheme)), forestHeight(laid))
  const percentAt = readAxis(svg, 'x', '0', '+10')
  const boxes = [...svg.matchAll(/<path d="([^"]*)" fill="rgb\(20, 20, 20\)" fill-opacity="0.13"/g)]
  const ends = boxes.map(([, path = '']) => {
    const percents = [...path.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Math.round(percentAt(Number(x))))
    return [Math.min(...percents), Math.max(...percents)]
  })
  expect(ends).toEqual([[-5, 5]])
})

function side(variantIndex: number, values: readonly (number | null)[]): CaseSide {
  const samples = values.map((value, round): CaseSample => ({
    scheduleIndex: 2 * round + variantIndex,
    round,
    block: 0,
    session: 0,
    startedAt: 1000 * round,
    warmup: false,
    valid: value !== null,
    reason: value === null ? 'not whole' : null,
    voidReason: null,
    value,
    outlier: null,
    figures: {},
  }))
  const median = 2_000_000
  const interval = { low: 1_900_000, high: 2_100_000, coverage: 0.97 }
  const variant = exampleVariant(variantIndex, variantIndex === 0 ? 'a' : 'b')
  const summary = {
    n: 3,
    median,
    interval,
    min: 1,
    max: 2,
    relativeSpreadPercent: 1,
    medianWithoutOutliers: median,
  }
  return { variant, quantity: 'time', samples, summary }
}

const details: CaseDetails = {
  cell: exampleCell('cow'),
  baseline: side(0, [2_000_000, 2_200_000, null, 1_800_000]),
  variant: side(1, [2_400_000, 2_500_000, 2_600_000, 2_300_000]),
  pairs: [0, 1, 3].map(round => ({ round, logRatio: 0.1, percent: 10 + round, isOutlier: round === 3 })),
}

/** Filled circles of a colour, as [x, y] of their middles. */
function dotsOf(svg: string, color: string): number[][] {
  const shape = new RegExp(
    `<path d="M([\\d.]+) ([\\d.]+)A([\\d.]+) [^"]*" fill="${color.replace(/[()]/g, '\\$&')}" fill-opacity="0.\\d+" clip`,
    'g',
  )
  return [...svg.matchAll(shape)].map(([, right, y, radius]) => [Number(right) - Number(radius), Number(y)])
}

test('samples in the order of time stand at their values, invalid ones on the edge', () => {
  const svg = draw(anyChart(timeOrder(details, exampleTheme)))
  const valueAt = readAxis(svg, 'y', '2.0', '2.4')
  expect(dotsOf(svg, 'rgb(0, 0, 1)').map(([, y = 0]) => valueAt(y).toFixed(1))).toEqual([
    '2.4',
    '2.5',
    '2.6',
    '2.3',
  ])
  expect(dotsOf(svg, 'rgb(20, 20, 20)').map(([, y = 0]) => valueAt(y).toFixed(1))).toEqual([
    '2.0',
    '2.2',
    '1.8',
  ])
  expect(textsOf(svg).map(({ text }) => text)).toContain('a, invalid')
})

test('points of a strip stand at their values', () => {
  const svg = draw(anyChart(strip(details, exampleTheme)))
  const valueAt = readAxis(svg, 'x', '2.0', '2.4')
  expect(dotsOf(svg, 'rgb(0, 0, 1)').map(([x = 0]) => valueAt(x).toFixed(1))).toEqual([
    '2.4',
    '2.5',
    '2.6',
    '2.3',
  ])
})

test('changes of rounds stand at their percent; outlying ones are hollow', () => {
  const svg = draw(anyChart(rounds(details, rows[0]!, exampleTheme)))
  const percentAt = readAxis(svg, 'y', '+9.5', '+12.0')
  expect(dotsOf(svg, 'rgb(0, 0, 1)').map(([, y = 0]) => Math.round(percentAt(y)))).toEqual([10, 11])
  expect(textsOf(svg).map(({ text }) => text)).toContain('outlying round')
})

test('the histogram counts every valid sample', () => {
  const { data } = histogram(details, exampleTheme)
  expect(
    data.datasets.map(({ data: counts }) => counts.reduce((sum: number, count) => sum + Number(count), 0)),
  ).toEqual([3, 4])
  expect(draw(anyChart(histogram(details, exampleTheme)))).toContain('samples')
})

test('lines are in the picture, not only their labels', () => {
  const svg = draw(anyChart(distribution(details, exampleTheme)))
  expect(svg).toMatch(
    /<path d="M[^"]*L[^"]*L[^"]*L[^"]*" fill="none" stroke="rgb\(0, 0, 1\)" stroke-width="2"/,
  )
})

test('throughput over tasks stands at the medians', () => {
  const throughput = [1, 2, 4].map(tasks =>
    exampleRow(exampleCell('anon-cow-seq', tasks), {
      percent: 100,
      low: 50,
      high: 150,
      baselineMedian: tasks * 2 ** 30,
      variantMedian: 2 * tasks * 2 ** 30,
    }),
  )
  const [only] = curvesOverTasks(matrixOf(exampleComparison(throughput)), 'a')
  expect(
    only?.series.map(({ label, points }) => [label, points.map(({ value }) => (value ?? 0) / 2 ** 30)]),
  ).toEqual([
    ['a', [1, 2, 4]],
    ['b', [2, 4, 8]],
  ])
  expect(only?.series[1]?.points[0]).toEqual({
    x: 1,
    value: 2 * 2 ** 30,
    low: 1.5 * 2 ** 30,
    high: 2.5 * 2 ** 30,
  })
  const svg = draw(anyChart(curves(only!, exampleTheme)))
  const valueAt = readAxis(svg, 'y', '0', '10')
  const [, path = ''] =
    /<path d="([^"]*)" fill="none" stroke="rgb\(0, 0, 1\)" stroke-width="2"/.exec(svg) ?? []
  expect(heightsOf(path).map(y => Math.round(valueAt(y)))).toEqual([2, 4, 8])
})

test('over folio sizes stand what a page takes, and the change beside the published one', () => {
  const sizes = [16, 64, 2048].map(kibibytes => kibibytes * 1024)
  const rows = sizes.map((folioBytes, index) => {
    const { benchmark, parameters } = exampleCell('munmap')
    const cell = { benchmark, parameters: { ...parameters, folioBytes } }
    const percent = [-20, -37, -58][index] ?? 0
    const pages = parameters.sizeBytes / 4096
    return exampleRow(cell, {
      ...{ percent, low: percent - 1, high: percent + 1, baselineMedian: 100 * pages },
      variantMedian: (100 + percent) * pages,
    })
  })
  const comparison = exampleComparison(rows)
  const published = {
    ...{
      table: 't',
      title: 'a table',
      machine: 'm',
      cpu: 'a CPU',
      returns: 'plain' as const,
      source: 'a mail',
    },
    rows: rows.slice(1).map(({ cell, variant }) => ({ cell, variant, percent: -40 })),
  }
  const matrix = matrixOf({ ...comparison, published: [published] }, 't')
  const [only, ...others] = curvesOverFolios(matrix, 'a')
  expect(others).toEqual([])
  expect(only?.value.series.map(({ label, points }) => [label, points.map(({ value }) => value)])).toEqual([
    ['a', [100, 100, 100]],
    ['b', [80, 63, 42]],
  ])
  expect(only?.change.xs).toEqual(sizes)
  expect(only?.change.series.map(({ label, points }) => [label, points.map(({ value }) => value)])).toEqual([
    ['b', [-20, -37, -58]],
    ['b, published', [null, -40, -40]],
  ])
  function shapeOfVariant(data: Parameters<typeof curves>[0]): unknown {
    return curves(data, exampleTheme).data.datasets.find(({ label }) => label === 'b')?.pointStyle
  }
  expect(shapeOfVariant(only!.change)).toBe('circle')
  expect(shapeOfVariant(only!.value)).toBe('circle') // also beside the baseline
  const texts = textsOf(draw(anyChart(curves(only!.change, exampleTheme)))).map(({ text }) => text)
  expect(texts).toEqual(expect.arrayContaining(['16 KiB', '64 KiB', '2 MiB', 'folio size']))
  const svg = draw(anyChart(curves(only!.value, exampleTheme)))
  const valueAt = readAxis(svg, 'y', '0', '100')
  const [, path = ''] =
    /<path d="([^"]*)" fill="none" stroke="rgb\(0, 0, 1\)" stroke-width="2"/.exec(svg) ?? []
  expect(heightsOf(path).map(y => Math.round(valueAt(y)))).toEqual([80, 63, 42])
})

test('a history shows each median and names each change of the level', () => {
  const points = [10, 10, 10, 12, 12, 12].map((milliseconds, index) => ({
    reference: exampleVariant(0, 'a').reference,
    at: Date.UTC(2026, 0, index + 1),
    runLabel: `run ${index}`,
    variantLabel: 'a',
    kernelRelease: '6.15.0',
    pageBytes: 4096,
    agentVersion: '1',
    disturbance: null,
    n: 20,
    median: milliseconds * 1e6,
    interval: { low: (milliseconds - 0.5) * 1e6, high: (milliseconds + 0.5) * 1e6, coverage: 0.96 },
  }))
  const changes = [{ index: 3, runId: points[3]!.reference.runId, percent: 20, p: 0.0001 }]
  const history = {
    cell: exampleCell('fork'),
    machineName: 'a machine',
    quantity: 'time' as const,
    points,
    changes,
  }
  const svg = draw(anyChart(historyLine(history, exampleTheme)))
  const texts = textsOf(svg).map(({ text }) => text)
  expect(texts).toEqual(expect.arrayContaining(['1 Jan 2026', '+20.0\u202f%']))
  const valueAt = readAxis(svg, 'y', '10.0', '12.0')
  const [, path = ''] =
    /<path d="([^"]*)" fill="none" stroke="rgb\(0, 0, 1\)" stroke-width="1.5"/.exec(svg) ?? []
  expect(heightsOf(path).map(y => Math.round(valueAt(y)))).toEqual([10, 10, 10, 12, 12, 12])
})
