import { expect, test } from 'vitest'
import {
  adviceQuestions,
  adviceVerdicts,
  type Advice,
  type CurrentAdvice,
} from '../../../engine/contract/advice.ts'
import { exampleAdvice, exampleAdviceId, examplePart } from '../../../test/fixtures/advice.ts'
import {
  adviceItem,
  adviceProgressView,
  adviceView,
  budgetChoices,
  countWords,
  headlineOf,
  noAnswer,
  outcomeWords,
  type AdviceView,
} from './advice.ts'
import { questionViews, questionsAbout } from '../../view-models/advice-questions.ts'

function shown(advice: Advice): AdviceView {
  return adviceView(advice, null)
}

test('every question can be asked, and every answer to it is a sentence of its own', () => {
  expect(questionViews.map(({ question }) => question)).toEqual(adviceQuestions)
  for (const question of adviceQuestions) {
    const headlines = adviceVerdicts.map(verdict => headlineOf(question, verdict, 'this CPU'))
    expect(new Set(headlines).size).toBe(adviceVerdicts.length)
    for (const headline of headlines) expect(headline).toMatch(/^[A-Z].* on this CPU\b.*\.$/)
  }
  expect(budgetChoices.map(({ value }) => Number(value))).toEqual([15, 30, 60])
})

test('progress is a share of the budget, with what is left at most', () => {
  const current: CurrentAdvice = {
    id: exampleAdviceId,
    request: { question: 'batching', budgetSeconds: 60 },
    progress: null,
  }
  expect(adviceProgressView(current, '')).toMatchObject({
    title: 'Does batching help on this CPU?',
    share: 0,
    percent: '0 %',
    left: 'at most 1 min 00 s left',
  })
  const progress = {
    id: exampleAdviceId,
    rounds: 1,
    elapsedSeconds: 15,
    budgetSeconds: 60,
    current: 'fork, alone',
    runId: null,
  }
  expect(adviceProgressView({ ...current, progress }, 'epyc')).toMatchObject({
    title: 'Does batching help on epyc?',
    share: 0.25,
    percent: '25 %',
    current: 'fork, alone',
    rounds: '1 round',
    left: 'at most 45 s left',
  })
  const late = adviceProgressView({ ...current, progress: { ...progress, elapsedSeconds: 61 } }, '')
  expect([late.share, late.left]).toEqual([1, 'at most 1 s left'])
})

test('a finished advice shows each candidate with its operations on one scale', () => {
  const view = shown(exampleAdvice())
  expect(view.headline).toBe('The exclusive writer helps on this CPU.')
  expect(view.because).toContain('munmap -24.6% time')
  expect(view.candidates.map(({ label, counts, parts }) => [label, counts, parts.length])).toEqual([
    ['exclusive by cmpxchg', '1 helps, 1 makes no difference', 2],
    ['exclusive by add-return', '1 hurts, 1 without a clear result', 2],
  ])
  const [remap, munmap] = view.candidates[0]!.parts
  expect(munmap).toMatchObject({
    operation: 'munmap',
    where: 'alone',
    quantity: 'time, less is better',
    change: '−24.5\u202f%',
    interval: '[−25.0, −24.0]',
    copy: '±1.3\u202f%',
    verdict: 'helps',
  })
  expect(munmap!.whisker.point).toBeLessThan(remap!.whisker.point!)
  expect(munmap!.description).toContain('exclusive by cmpxchg: munmap, alone: helps')
})

test('what could not be estimated is said, not drawn', () => {
  const open = shown(exampleAdvice()).candidates[1]!.parts[0]!
  expect([open.change, open.interval, open.whisker.point]).toEqual(['no estimate', 'no interval', null])
})

test('throughput is said to be better when there is more', () => {
  const parts = [examplePart('anon-cow-seq', 0, 'helps', 4)]
  expect(shown(exampleAdvice({ parts })).candidates[0]?.parts[0]?.quantity).toBe('throughput, more is better')
})

test('without a resolution it is told what stands against what; a disturbance is reason enough', () => {
  const open = exampleAdvice({ verdict: 'not-resolved' })
  expect(shown(open).because).toBe(
    `${open.sentence} exclusive by cmpxchg: 1 helps, 1 makes no difference; exclusive by add-return: 1 hurts, 1 without a clear result.`,
  )
  expect(shown({ ...open, disturbances: ['Other programs ran.'] }).because).toBe(open.sentence)
})

test('counts name only what there is', () => {
  expect(countWords([])).toBe('')
  expect(countWords([{ verdict: 'helps' }, { verdict: 'helps' }])).toBe('2 help')
})

test('the nearest published CPU, beside what was measured; one that is hardly nearer says little', () => {
  const advice = exampleAdvice()
  const { resemblance } = shown(advice)
  expect(resemblance).toMatchObject({
    cpu: 'Intel Xeon Silver 4210R',
    rows: [{ operation: 'munmap', candidate: 'exclusive by cmpxchg', published: '−28.0', measured: '−24.5' }],
  })
  expect(resemblance?.sentence).toContain('12.0\u202f%.')
  const close = { ...advice.resembles!, nextDistancePercent: 4.5 }
  expect(shown({ ...advice, resembles: close }).resemblance?.sentence).toContain('says little')
  expect(shown({ ...advice, resembles: null }).resemblance).toBeNull()
})

test('a line of the list names the answer, the machine and the moment', () => {
  expect(adviceItem(exampleAdvice(), null)).toMatchObject({
    verdict: 'helps',
    headline: 'The exclusive writer helps on this CPU.',
    machine: 'Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz',
  })
})

test('an advice without an answer says why', () => {
  const id = exampleAdviceId
  expect(noAnswer({ id, status: 'failed', reason: 'The agent died.', advice: null })).toMatchObject({
    code: 'internal',
    message: 'There is no answer: The agent died.',
  })
  expect(outcomeWords({ id, status: 'cancelled', reason: '', advice: null }, null)).toMatch(/Cancelled/)
  const complete = { id, status: 'complete', reason: '', advice: exampleAdvice() } as const
  expect(noAnswer(complete)).toBeNull()
  expect(outcomeWords(complete, null)).toBe('The exclusive writer helps on this CPU.')
})

test('the other kind of returns stands as background, and what contradicts the published table with its numbers', () => {
  const view = shown({
    ...exampleAdvice(),
    background: {
      returns: 'safe-ret',
      verdict: 'hurts',
      sentence: 'On a kernel with safe RET it would hurt.',
      candidates: [],
      parts: [],
    },
    contradictions: [
      {
        cpu: 'Intel Xeon Silver 4210R',
        operation: 'fork',
        candidate: 'exclusive by cmpxchg',
        returns: 'plain',
        measuredPercent: 16,
        publishedPercent: -28.1,
      },
    ],
  })
  expect(view.background).toBe('On a kernel with safe RET it would hurt.')
  expect(view.contradictions).toEqual([
    'fork (exclusive by cmpxchg) with plain returns: +16.0 % measured, -28.1 % published for the Intel Xeon Silver 4210R, which has the same core: 44.1 points apart.',
  ])
  expect(shown(exampleAdvice())).toMatchObject({ background: '', contradictions: [] })
})

test('every run of an answer can be opened, and says how many of its rounds were disturbed', () => {
  const runs = [
    { id: '7e57c0de-0000-4000-8000-000000000001', name: 'alone, safe RET', rounds: 40, voidRounds: 3 },
    { id: '7e57c0de-0000-4000-8000-000000000002', name: '2 tasks, safe RET', rounds: 1, voidRounds: 0 },
  ]
  expect(shown(exampleAdvice({ runs })).runs.map(({ id, rounds }) => [id, rounds])).toEqual([
    [runs[0]!.id, '40 rounds, 3 disturbed'],
    [runs[1]!.id, '1 round'],
  ])
  expect(shown(exampleAdvice()).runs).toEqual([])
})

test('an answer of another machine names its processor, and a question to one names the machine', () => {
  const advice = exampleAdvice()
  const { facts } = advice.environment
  const other = { ...facts, identity: { ...facts.identity, machineIdHash: 'of another' } }
  const own = [adviceView(advice, facts).headline, adviceItem(advice, facts).headline]
  expect(new Set(own)).toEqual(new Set(['The exclusive writer helps on this CPU.']))
  const headline = `The exclusive writer helps on ${facts.cpu.name ?? ''}.`
  expect(adviceView(advice, other).headline).toBe(headline)
  expect(adviceItem(advice, other).headline).toBe(headline)
  const outcome = { id: exampleAdviceId, status: 'complete', reason: '', advice } as const
  expect(outcomeWords(outcome, other)).toBe(headline)
  for (const { title, text } of questionsAbout('epyc')) {
    expect(title).toMatch(/ on epyc\?$/)
    expect(text).not.toMatch(/\bhere\b/)
  }
})
