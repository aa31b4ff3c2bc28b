import { expect, it } from 'vitest'
import { signedPercent, verdictWords, warningWords } from './words.ts'

it('words every verdict', () => {
  const deltaPercent = 1.25
  const range = { deltaPercent, lowPercent: -0.5, highPercent: 2 }
  expect([
    verdictWords({ kind: 'improved', deltaPercent }),
    verdictWords({ kind: 'regressed', deltaPercent }),
    verdictWords({ kind: 'no-change', deltaPercent, isSmallChangeResolved: false }),
    verdictWords({ kind: 'no-change', deltaPercent: 1, isSmallChangeResolved: true }),
    verdictWords({ kind: 'changed-within-floor', deltaPercent }),
    verdictWords({ kind: 'not-resolved', ...range, moreRounds: 24 }),
    verdictWords({ kind: 'not-resolved', ...range, moreRounds: 1 }),
    verdictWords({ kind: 'not-resolved', ...range, moreRounds: null }),
    verdictWords({ kind: 'too-few', have: 4, need: 6 }),
    verdictWords({ kind: 'not-calibrated' }),
  ]).toEqual([
    'improved',
    'regressed',
    'no change larger than 1.25%',
    'no change larger than 1%; a small change is resolved',
    'changed, not clearly beyond the noise floor',
    'no clear result: could be from -0.50% to +2.00%; about 24 more rounds',
    'no clear result: could be from -0.50% to +2.00%; about 1 more round',
    'no clear result: could be from -0.50% to +2.00%',
    'no interval: needs at least 6 rounds, has 4',
    'no verdict: the noise floor of this host is not calibrated',
  ])
})

it('words every warning', () => {
  expect([
    warningWords({ kind: 'drift-not-controlled' }),
    warningWords({ kind: 'voided-rounds', count: 1 }),
    warningWords({ kind: 'ties', count: 3 }),
    warningWords({ kind: 'outliers', count: 2 }),
    warningWords({ kind: 'two-groups', side: 'variant' }),
  ]).toEqual([
    'unpaired: drift not controlled',
    '1 round void: a sample is missing, failed or not positive',
    '3 rounds without any difference, excluded from the p-value',
    '2 outlying rounds, kept in the estimate',
    'the samples of the variant alternate between two values; their median describes neither',
  ])
})

it.each([
  // benchstat's way of writing changes.
  [50, '+50.00%'],
  [-50, '-50.00%'],
  [0, '0.00%'],
  [-0.004, '0.00%'],
  [-17.339, '-17.34%'],
])('writes a change of %f as %s', (percent, words) => {
  expect(signedPercent(percent)).toBe(words)
})
