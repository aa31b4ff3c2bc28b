import { expect, it } from 'vitest'
import { stopReason, widestHalfWidth, type RunProgress, type StoppingRule } from './stopping-rule.ts'

const rule: StoppingRule = {
  minimumRounds: 10,
  maximumRounds: 50,
  targetHalfWidthPercent: 0.5,
  budgetNs: 60e9,
}
const progress: RunProgress = { rounds: 20, roundsPerBlock: 2, elapsedNs: 20e9, halfWidthPercent: 0.8 }

it.each([
  { change: {}, reason: null },
  { change: { halfWidthPercent: 0.5 }, reason: 'resolution' },
  { change: { halfWidthPercent: 0.5, rounds: 8 }, reason: null },
  { change: { halfWidthPercent: 0.5, rounds: 21 }, reason: null },
  { change: { halfWidthPercent: null }, reason: null },
  { change: { rounds: 50, elapsedNs: 50e9 }, reason: 'rounds' },
  { change: { rounds: 56, roundsPerBlock: 8 }, reason: 'rounds' },
  { change: { rounds: 20, elapsedNs: 54.5e9 }, reason: null },
  { change: { rounds: 20, elapsedNs: 54.6e9 }, reason: 'time' },
  { change: { rounds: 4, elapsedNs: 59e9 }, reason: 'time' },
  { change: { rounds: 0 }, reason: null },
])('stops for $reason after $change', ({ change, reason }) => {
  expect(stopReason({ ...progress, ...change }, rule)).toBe(reason)
})

it('never stops for width or time when it was asked for neither', () => {
  const all = { ...rule, targetHalfWidthPercent: null, budgetNs: null }
  expect(stopReason({ ...progress, halfWidthPercent: 0, elapsedNs: 1e15 }, all)).toBeNull()
})

it('looks at the widest interval and at none while one is missing', () => {
  expect(
    widestHalfWidth([
      { low: -1, high: 1 },
      { low: 4, high: 7 },
    ]),
  ).toBe(1.5)
  expect(
    widestHalfWidth([
      { low: -1, high: 1 },
      { low: null, high: null },
    ]),
  ).toBeNull()
  expect(widestHalfWidth([])).toBeNull()
})
