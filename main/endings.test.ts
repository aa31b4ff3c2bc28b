import { expect, test } from 'vitest'
import { exampleAdvice, exampleAdviceId } from '../test/fixtures/advice.ts'
import { adviceEnding, adviceShare, runEnding, runShare } from './endings.ts'

const runId = exampleAdviceId

test('the message at the end of a run leads to Live', () => {
  expect(runEnding({ runId, status: 'failed', reason: 'The agent died.' })).toEqual({
    title: 'The run failed',
    body: 'The agent died.',
    path: '/live',
  })
})

test('the message at the end of an advice tells the answer and leads to it', () => {
  const advice = exampleAdvice()
  expect(adviceEnding({ id: advice.id, status: 'complete', reason: '', advice })).toEqual({
    title: 'The advisor has an answer',
    body: advice.sentence,
    path: `/advisor/${advice.id}`,
  })
  expect(adviceEnding({ id: advice.id, status: 'failed', reason: 'It died.', advice: null })).toEqual({
    title: 'The advisor has no answer',
    body: 'It died.',
    path: '/advisor',
  })
})

test('shares lie between 0 and 1', () => {
  const progress = {
    runId,
    phase: 'sampling',
    elapsedSeconds: 1,
    remainingSeconds: 1,
    current: '',
    next: '',
    disturbances: new Array<string>(),
  } as const
  expect(runShare({ ...progress, done: 3, total: 12 })).toBe(0.25)
  expect(runShare({ ...progress, done: 0, total: 0 })).toBe(0)
  const late = { id: runId, rounds: 9, elapsedSeconds: 63, budgetSeconds: 60, current: '', runId: null }
  expect(adviceShare(late)).toBe(1)
  expect(adviceShare({ ...late, elapsedSeconds: 15 })).toBe(0.25)
})
