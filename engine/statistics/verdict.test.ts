import { expect, expectTypeOf, it } from 'vitest'
import type { verdictKinds } from '../contract/comparison.ts'
import { judge, regionOfNoInterest, type Verdict } from './verdict.ts'

const delta = 1

it.each([
  { low: 1.1, high: 5, less: 'regressed', more: 'improved' },
  { low: -5, high: -1.1, less: 'improved', more: 'regressed' },
  { low: -1, high: 1, less: 'no-change', more: 'no-change' },
  { low: 0.2, high: 0.9, less: 'no-change', more: 'no-change' },
  { low: 0.2, high: 1.5, less: 'changed-within-floor', more: 'changed-within-floor' },
  { low: -1.5, high: -0.2, less: 'changed-within-floor', more: 'changed-within-floor' },
  { low: 1, high: 2, less: 'changed-within-floor', more: 'changed-within-floor' },
  { low: -0.5, high: 1.5, less: 'not-resolved', more: 'not-resolved' },
  { low: 0, high: 1.5, less: 'not-resolved', more: 'not-resolved' },
])('calls [$low, $high] $less where less is better and $more where more is', ({ low, high, less, more }) => {
  const interval = { percent: (low + high) / 2, low, high }
  expect(judge(interval, delta, 'less', 20).kind).toBe(less)
  expect(judge(interval, delta, 'more', 20).kind).toBe(more)
})

it('says when a small change inside the region of no interest is resolved', () => {
  const inside = { deltaPercent: 1, kind: 'no-change' }
  expect(judge({ percent: 0.5, low: 0.2, high: 0.9 }, delta, 'less', 20)).toEqual({
    ...inside,
    isSmallChangeResolved: true,
  })
  expect(judge({ percent: 0.5, low: 0, high: 0.9 }, delta, 'less', 20)).toEqual({
    ...inside,
    isSmallChangeResolved: false,
  })
})

it('asks for four times the rounds when the interval must become half as wide', () => {
  // Around 0 the interval has to shrink from ±2 % to ±1 %; exact in logarithms, so a
  // little more than 4 times.
  const verdict = judge({ percent: 0, low: -2, high: 2 }, delta, 'less', 20)
  expect(verdict).toMatchObject({ kind: 'not-resolved', lowPercent: -2, highPercent: 2, moreRounds: 63 })
})

it('asks for no rounds where more of the same cannot narrow the interval', () => {
  expect(judge({ percent: 0, low: -2, high: 2 }, delta, 'less', null)).toMatchObject({ moreRounds: null })
})

it('takes the larger of threshold and noise floor and refuses nonsense', () => {
  expect(regionOfNoInterest(1, 0.3)).toBe(1)
  expect(regionOfNoInterest(1, 2.5)).toBe(2.5)
  expect(() => regionOfNoInterest(0, 1)).toThrow('threshold')
  expect(() => regionOfNoInterest(1, NaN)).toThrow('noise floor')
})

it('has the kinds that cross process boundaries', () => {
  expectTypeOf<Verdict['kind']>().toEqualTypeOf<
    Exclude<(typeof verdictKinds)[number], 'not-comparable' | 'disturbed'>
  >()
})
