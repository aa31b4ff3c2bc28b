import { expect, test } from 'vitest'
import type { CaseSample, CaseSide } from '../../../engine/contract/case-details.ts'
import { exampleVariant } from '../../../test/fixtures/comparison.ts'
import {
  filterSamples,
  sampleColumns,
  sampleRows,
  samplesAsCsv,
  samplesAsMarkdown,
  sampleText,
  sortSamples,
  usualColumns,
} from './sample-table.ts'

const scale = { unit: 'ms', divisor: 1e6, decimals: 3 }

function sample(scheduleIndex: number, change: Partial<CaseSample> = {}): CaseSample {
  return {
    scheduleIndex,
    round: scheduleIndex,
    block: 0,
    session: 0,
    startedAt: Date.UTC(2026, 0, 1) + scheduleIndex,
    warmup: false,
    valid: true,
    reason: null,
    voidReason: null,
    value: 2_000_000 + scheduleIndex * 1000,
    outlier: null,
    figures: {},
    ...change,
  }
}

function sideOf(samples: CaseSample[]): CaseSide {
  const [median, min, max] = [2_000_000, 1, 2]
  const summary = {
    n: 3,
    median,
    interval: null,
    min,
    max,
    relativeSpreadPercent: null,
    medianWithoutOutliers: median,
  }
  return { variant: exampleVariant(0, 'a'), quantity: 'time', samples, summary }
}

const outlier = { deviations: 12.34, isExtreme: true, isBeyondFences: true, cause: 'steal time' }
const rows = sampleRows([
  {
    side: sideOf([
      sample(0, { warmup: true }),
      sample(2, { figures: { pageFaults: 8192 } }),
      sample(4, { outlier, value: 3_000_000 }),
    ]),
    place: 0,
    label: 'a',
  },
  {
    side: sideOf([sample(1, { valid: false, value: null, reason: 'swapped, "out"' }), sample(3)]),
    place: 1,
    label: 'b|c',
  },
])

test('both sides stand in the order of time, with why a sample does not count', () => {
  expect(rows.map(row => usualColumns.map(key => sampleText(row, key, scale)))).toEqual([
    ['1', 'a', '1', '2.000', '+0.00 %', 'no, warm-up', '–', ''],
    ['2', 'b|c', '2', '–', '–', 'no, invalid', '–', 'swapped, "out"'],
    ['3', 'a', '3', '2.002', '+0.10 %', 'yes', '8,192', ''],
    ['4', 'b|c', '4', '2.003', '+0.15 %', 'yes', '–', ''],
    ['5', 'a', '5', '3.000', '+50.00 %', 'yes, outlier', '–', 'extreme: 12.3 deviations away; steal time'],
  ])
})

test('filters keep what they name', () => {
  function indexes(...words: Parameters<typeof filterSamples>) {
    return filterSamples(...words).map(row => row.sample.scheduleIndex)
  }
  expect(indexes(rows, 'all', '')).toEqual([0, 1, 2, 3, 4])
  expect(indexes(rows, 'outliers', '')).toEqual([4])
  expect(indexes(rows, 'invalid', '')).toEqual([1])
  expect(indexes(rows, 'all', ' STEAL ')).toEqual([4])
  expect(indexes(rows, 'outliers', 'b|c')).toEqual([])
})

test('every column sorts both ways, and what has no value stays last', () => {
  for (const { key } of sampleColumns) {
    const up = sortSamples(rows, { key, descending: false })
    expect(up.map(row => row.key).sort(), key).toEqual(rows.map(row => row.key).sort())
  }
  function byValue(descending: boolean) {
    return sortSamples(rows, { key: 'value', descending }).map(row => row.sample.scheduleIndex)
  }
  expect(byValue(false)).toEqual([0, 2, 3, 4, 1])
  expect(byValue(true)).toEqual([4, 3, 2, 0, 1])
})

test('Markdown holds what is shown, and survives a bar in a name', () => {
  expect(samplesAsMarkdown(rows.slice(1, 3), ['order', 'variant', 'value'], scale)).toBe(
    '| Sample | Variant | Value in ms |\n| ---: | --- | ---: |\n| 2 | b\\|c | – |\n| 3 | a | 2.002 |\n',
  )
})

test('CSV holds the numbers of the screen, in its units, which the columns name', () => {
  expect(
    samplesAsCsv(
      rows.slice(1, 3),
      ['order', 'round', 'value', 'deviation', 'startedAt', 'figure:pageFaults', 'remark'],
      scale,
    ),
  ).toBe(
    'order,round,value (ms),deviation (%),startedAt,pageFaults,remark\r\n' +
      '2,2,,,2026-01-01T00:00:00.001Z,,"swapped, ""out"""\r\n' +
      '3,3,2.002,0.1,2026-01-01T00:00:00.002Z,8192,\r\n',
  )
})

test('a hundred thousand samples are filtered and sorted without losing one', () => {
  const many = sampleRows([
    { side: sideOf(Array.from({ length: 100_000 }, (_, index) => sample(index))), place: 0, label: 'a' },
  ])
  const sorted = sortSamples(filterSamples(many, 'all', 'a'), { key: 'value', descending: true })
  expect([sorted.length, sorted[0]?.sample.scheduleIndex]).toEqual([100_000, 99_999])
})
