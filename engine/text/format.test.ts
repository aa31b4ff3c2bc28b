import { expect, test } from 'vitest'
import { formatDuration, formatInterval, formatPercent, formatQuantity, formatSigned } from './format.ts'

test.each([
  [13.4, '+13.4'],
  [-2.06, '−2.1'],
  [0, '0.0'],
  [-0.04, '0.0'],
  [0.05, '+0.1'],
  [123.65, '+123.7'],
])('a change of %j has its sign and one decimal', (percent, text) => {
  expect(formatSigned(percent)).toBe(text)
})

test('the unit is set apart by a space that does not break', () => {
  expect(formatPercent(-3)).toBe('−3.0\u202f%')
})

test('an interval loses its decimals from 100 % on, where they say nothing', () => {
  expect([formatInterval(-0.21, 0.94), formatInterval(99.4, 125.7), formatInterval(-200, 1)]).toEqual([
    '[−0.2, +0.9]',
    '[+99, +126]',
    '[−200, +1]',
  ])
})

test.each([
  [0, 'under 1 s'],
  [0.99, 'under 1 s'],
  [42.4, '42 s'],
  [59.6, '1 min 00 s'],
  [750, '12 min 30 s'],
  [3599.7, '1 h 00 min'],
  [7500, '2 h 05 min'],
  [100_000, '27 h 47 min'],
])('%j seconds read as %j', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test('a quantity agrees with its noun', () => {
  expect([formatQuantity(1, 'sample'), formatQuantity(12_345, 'sample'), formatQuantity(0, 'run')]).toEqual([
    '1 sample',
    '12,345 samples',
    '0 runs',
  ])
})
