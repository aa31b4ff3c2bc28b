import { expect, it } from 'vitest'
import { flagOutliers } from './outliers.ts'
import { summarise } from './summary.ts'

function extremes(values: readonly number[]): number[] {
  return flagOutliers(values.map(value => ({ value })))
    .filter(outlier => outlier.isExtreme)
    .map(outlier => outlier.value)
}

const normal = [
  -0.3,
  0.12,
  0.5,
  -0.9,
  1.2,
  -1.4,
  0.05,
  0.7,
  -0.6,
  0.31, // an ordinary draw: nothing is extreme
]

it.each([
  // hyperfine's outlier_detection.rs; its normal values are random there.
  { values: [-0.2, 0, 0.2], outliers: [] },
  { values: [-0.2, 0, 0.2, 4], outliers: [4] },
  { values: [0.5, 0.3, 0.29, 0.31, 0.3], outliers: [0.5] },
  { values: [10, 10, 10, 10, 10, 10, 10, 100], outliers: [100] },
  { values: [10, 10, 10, 10, 10, 10, 10, 100, 100], outliers: [100, 100] },
  { values: [1000, 0], outliers: [] },
  { values: normal, outliers: [] },
  { values: [...normal, 20, -500], outliers: [20, -500] },
  { values: [], outliers: [] },
])('finds $outliers extreme in $values', ({ values, outliers }) => {
  expect(extremes(values)).toEqual(outliers)
})

it("applies Tukey's fences and names the cause that is known", () => {
  // Quartiles 2.75 and 6.25, fences −2.5 and 11.5; MAD 2.
  const observations = [1, 2, 3, 4, 5, 6, 7, 12].map(value => ({ value }))
  const disturbed = observations.map(({ value }) => ({ value, cause: value === 12 ? 'steal time' : null }))
  expect(flagOutliers(disturbed)).toEqual([
    {
      index: 7,
      value: 12,
      deviations: 7.5 / (1.4826 * 2),
      isExtreme: false,
      isBeyondFences: true,
      cause: 'steal time',
    },
  ])
})

it('has no number of deviations when more than half the values are equal', () => {
  expect(flagOutliers([{ value: 1 }, { value: 1 }, { value: 1 }, { value: 2 }])).toEqual([
    { index: 3, value: 2, deviations: null, isExtreme: true, isBeyondFences: true, cause: null },
  ])
})

it('summarises a case with its outliers kept', () => {
  const summary = summarise([10, 11, 12, 13, 14, 100].map(value => ({ value })))
  expect(summary).toEqual({
    n: 6,
    median: 12.5,
    interval: { low: 10, high: 100, coverage: 0.96875 },
    min: 10,
    max: 100,
    relativeSpreadPercent: (100 * 1.4826 * 1.5) / 12.5,
    outliers: [expect.objectContaining({ index: 5, value: 100, isExtreme: true })],
    medianWithoutOutliers: 12,
  })
})

it('summarises few samples without an interval and none at all as null', () => {
  expect(summarise([{ value: 1 }, { value: 2 }])).toMatchObject({ n: 2, median: 1.5, interval: null })
  expect(summarise([])).toBeNull()
})
