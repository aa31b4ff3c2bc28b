import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LiveCase, LivePoint } from '../../view-models/tally.ts'
import { exampleCell } from '../../../test/fixtures/comparison.ts'
import { exampleTheme } from '../../../test/fixtures/chart-theme.ts'
import { deviationLimit, runSequence, type RunSequence } from './run-sequence.ts'

const cell = exampleCell('cow')
const cases: readonly LiveCase[] = [0, 1].map(variantIndex => ({
  key: `0/${variantIndex}`,
  cellIndex: 0,
  variantIndex,
  benchmark: 'cow',
  quantity: 'time',
  cell,
  variantLabel: variantIndex === 0 ? 'a' : 'b',
  count: 3,
  invalid: 0,
  undisturbed: 3,
  disturbed: 0,
  median: 2_000_000,
  reference: 2_000_000,
  last: 2_000_000,
  recent: [],
}))
const variantLabels = ['a', 'b']

function point(scheduleIndex: number, value: number | null, change: Partial<LivePoint> = {}): LivePoint {
  return { scheduleIndex, cellIndex: 0, variantIndex: 0, value, warmup: false, isDisturbed: false, ...change }
}

const whole = { cases, variantLabels, cellIndex: null, hasEnded: false }

function datasets(points: readonly LivePoint[], change: Partial<RunSequence> = {}) {
  const { data } = runSequence({ points, ...whole, ...change }, exampleTheme)
  return data.datasets
    .filter(({ label }) => label !== '')
    .map(({ label, data: drawn }) => [label, drawn.map(({ x, y }) => [x, y])] as const)
}

test('samples that do not count are drawn apart and stay out of the legend', () => {
  const points = [point(0, 2e6), point(1, 2e6, { warmup: true }), point(2, 2e6, { isDisturbed: true })]
  const { data } = runSequence({ points, ...whole }, exampleTheme)
  expect(data.datasets.map(({ label, data: drawn }) => [label, drawn.map(({ x }) => x)])).toEqual([
    ['a', [0]],
    ['', [1, 2]],
    ['b', []],
    ['', []],
  ])
})

test('all cases are drawn as deviation from their own median', () => {
  expect(datasets([point(0, 2_020_000), point(1, 1_980_000, { variantIndex: 1 })])).toEqual([
    ['a', [[0, expect.closeTo(1)]]],
    ['b', [[1, expect.closeTo(-1)]]],
  ])
})

test('one case is drawn in its unit, without the samples of others', () => {
  expect(datasets([point(0, 2_020_000), point(1, 7, { cellIndex: 3 })], { cellIndex: 0 })).toEqual([
    ['a', [[0, 2.02]]],
    ['b', []],
  ])
})

test('an invalid sample is drawn at the edge, whatever its number', () => {
  expect(datasets([point(0, null), point(1, 2_000_000)])).toEqual([
    ['a', [[1, 0]]],
    ['b', []],
    ['invalid', [[0, 0]]],
  ])
})

test('an outlier stops at the edge and keeps its number', () => {
  const points = [...Array.from({ length: 20 }, (_, index) => point(index, 2_000_000)), point(20, 20_000_000)]
  const { data } = runSequence({ points, ...whole }, exampleTheme)
  const beyond = data.datasets.find(({ label }) => label === 'beyond the edge')
  expect(beyond?.data).toEqual([expect.objectContaining({ x: 20, y: 5, value: 900 })])
})

test('warm-up samples are hollow and not in the legend', () => {
  const points = [point(0, 2_000_000, { warmup: true }), point(1, 2_000_000)]
  const { data } = runSequence({ points, ...whole }, exampleTheme)
  const looks = data.datasets.map(({ label, backgroundColor, data: drawn }) => [
    label,
    backgroundColor,
    drawn.length,
  ])
  expect(looks.slice(0, 2)).toEqual([
    ['a', 'rgba(0, 0, 1, 0.75)', 1],
    ['', 'transparent', 1],
  ])
})

test('a long run under way shows its newest samples, and more of them once it has ended', () => {
  const points = Array.from({ length: 10_500 }, (_, index) => point(index, 2_000_000))
  for (const { hasEnded, first } of [
    { hasEnded: false, first: 9500 },
    { hasEnded: true, first: 500 },
  ]) {
    const [own] = datasets(points, { hasEnded })
    expect(own?.[1]?.[0]).toEqual([first, 0])
    expect(own?.[1]?.at(-1)).toEqual([10_499, 0])
  }
})

test('nine of ten samples are always inside the scale', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -99, max: 1e6, noNaN: true }), { minLength: 1 }), deviations => {
      const limit = deviationLimit(deviations)
      const inside = deviations.filter(deviation => Math.abs(deviation) <= limit)
      expect(limit).toBeGreaterThanOrEqual(5)
      expect(inside.length / deviations.length).toBeGreaterThanOrEqual(0.9 - 1 / deviations.length)
    }),
  )
})
