import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { AdviceSetting } from '../contract/advice.ts'
import { cellOf, concludedAdvice } from '../../test/fixtures/concluded-advice.ts'
import { questions } from './questions.ts'

vi.setConfig({ testTimeout: 60_000 }) // on a machine that may be busy

const { candidates, otherwise } = questions['exclusive-writer']
const pair: AdviceSetting = { kind: 'tasks', tasks: 2, cpus: [0, 1], label: '2 tasks' }

test('a candidate that helps is named with its numbers, and recommended', () => {
  const advice = concludedAdvice([cellOf('munmap', [0.8, 1, 1]), cellOf('fork', [0.88, 1, 1])])
  expect(advice).toMatchObject({
    verdict: 'helps',
    sentence:
      'With the plain returns of the kernel, the exclusive writer helps (exclusive by cmpxchg: munmap -20.00% time, fork -12.00% time).',
    recommendation: candidates[0]!.recommendation,
    candidates: [{ verdict: 'helps' }, { verdict: 'no-difference' }, { verdict: 'no-difference' }],
    evidenceAgainst: [],
  })
  expect(advice.evidenceFor).toEqual([
    expect.stringMatching(
      /^exclusive by cmpxchg: munmap -20\.00% time \[-20\.\d+% to -19\.\d+%, 24 rounds\]$/,
    ),
    expect.stringMatching(/^exclusive by cmpxchg: fork -12\.00% time \[/),
  ])
})

test('of two that help, the one that helps more without contention is recommended', () => {
  expect(concludedAdvice([cellOf('munmap', [0.88, 0.8, 0.8])]).recommendation).toBe(
    candidates[1]!.recommendation,
  )
  expect(concludedAdvice([cellOf('munmap', [0.8, 0.88, 0.88])]).recommendation).toBe(
    candidates[0]!.recommendation,
  )
  const contended = [cellOf('munmap', [0.8, 0.88, 0.88]), cellOf('anon-cow-seq', [1.05, 5, 5], pair)]
  expect(concludedAdvice(contended).recommendation).toBe(candidates[0]!.recommendation)
})

test('when each candidate hurts, the shared section stays', () => {
  const advice = concludedAdvice([
    cellOf('munmap', [1.3, 1.2, 1.2]),
    cellOf('anon-cow-seq', [0.7, 0.8, 0.8], pair),
  ])
  expect(advice).toMatchObject({ verdict: 'hurts', recommendation: otherwise, evidenceFor: [] })
  expect(advice.sentence).toBe(
    'With the plain returns of the kernel, the exclusive writer hurts (munmap +20.00% to +30.00% time, anon-cow-seq with 2 tasks -30.00% to -20.00% throughput).',
  )
  expect(advice.evidenceAgainst).toHaveLength(6)
})

test('no difference is said without numbers, and the shared section stays', () => {
  expect(concludedAdvice([cellOf('munmap', [1, 1, 1])])).toMatchObject({
    verdict: 'no-difference',
    sentence: 'With the plain returns of the kernel, the exclusive writer makes no difference.',
    recommendation: otherwise,
    evidenceFor: [],
    evidenceAgainst: [],
  })
})

test('a candidate that helps in one place and hurts in another gives no verdict, and both are named', () => {
  const advice = concludedAdvice([cellOf('munmap', [0.8, 0.8, 0.8]), cellOf('fork', [1.2, 1.2, 1.2])])
  expect(advice).toMatchObject({
    verdict: 'not-resolved',
    sentence:
      'With the plain returns of the kernel, the exclusive writer helps some operations and hurts others ' +
      '(munmap -20.00% time; fork +20.00% time): which weighs more depends on the workload.',
  })
  expect(advice.recommendation).toMatch(/^Decide by the operations/)
  expect(advice.evidenceFor).toHaveLength(3)
  expect(advice.evidenceAgainst).toHaveLength(3)
})

test('a disturbance is the whole answer', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.2, max: 5, noNaN: true }), factor => {
      const advice = concludedAdvice(
        [cellOf('munmap', [factor, factor, factor])],
        ['A cat slept on the keyboard.'],
      )
      expect(advice).toMatchObject({
        verdict: 'not-resolved',
        sentence:
          'No verdict yet on the exclusive writer with the plain returns of the kernel, because the measurement was disturbed. A cat slept on the keyboard.',
        evidenceFor: [],
        evidenceAgainst: [],
      })
      expect(advice.recommendation).toMatch(/^Don’t act on this result/)
    }),
  )
})

test('what “all” gains at remap does not hide what others lose at fork', () => {
  const advice = concludedAdvice([cellOf('remap', [1, 1, 0.8]), cellOf('fork', [1.2, 1.2, 1.05])])
  expect(advice.verdict).toBe('not-resolved')
  expect(advice.sentence).toBe(
    'With the plain returns of the kernel, the exclusive writer helps some operations and hurts others ' +
      '(remap -20.00% time; fork +20.00% time): which weighs more depends on the workload.',
  )
  expect(advice.candidates.map(({ verdict }) => verdict)).toEqual(['hurts', 'hurts', 'helps'])
})

test('no recommendation says where it is read: answers are sent to other machines', () => {
  const all = Object.values(questions).flatMap(question => [
    question.otherwise,
    ...question.candidates.map(({ recommendation }) => recommendation),
  ])
  expect(all.length).toBeGreaterThan(0)
  for (const text of all) expect(text).not.toMatch(/\bhere\b|\bthis (CPU|kernel|machine)\b/i)
})
