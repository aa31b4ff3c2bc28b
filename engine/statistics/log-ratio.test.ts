import { expect, it } from 'vitest'
import { logRatioOf, pairedLogRatios, percentChange } from './log-ratio.ts'

it.each([
  // google/benchmark's report tests: relative changes.
  [10, 9, -10],
  [9, 10, 11.111111111],
  [86, 72, -16.279069767],
])('from %d to %d is a change of %f %', (from, to, percent) => {
  expect(percentChange(Math.log(to) - Math.log(from))).toBeCloseTo(percent, 8)
  expect(logRatioOf(percent)).toBeCloseTo(Math.log(to / from), 8)
})

it('pairs by round number, not by position', () => {
  const baseline = [
    { round: 2, value: 10 },
    { round: 1, value: 20 },
  ]
  const variant = [
    { round: 1, value: 20 },
    { round: 2, value: 20 },
    { round: 3, value: 5 },
  ]
  expect(pairedLogRatios(baseline, variant)).toEqual({
    ratios: [
      { round: 1, logRatio: 0 },
      { round: 2, logRatio: Math.log(20) - Math.log(10) },
    ],
    voidedRounds: 1,
  })
})
