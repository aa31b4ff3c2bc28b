import { expect, test } from 'vitest'
import type { Progress } from '../../../engine/contract/run.ts'
import { exampleRunId } from '../../../test/fixtures/comparison.ts'
import { outcomeSentence, progressView } from './progress.ts'

const progress: Progress = {
  runId: exampleRunId,
  phase: 'sampling',
  done: 140,
  total: 220,
  elapsedSeconds: 56,
  remainingSeconds: 32,
  current: 'cow, a',
  next: 'fork, b',
  disturbances: [],
}

test('progress is reported in words and as a share', () => {
  expect(progressView(progress)).toEqual({
    share: 140 / 220,
    percent: '63 %',
    phase: 'Measuring',
    counts: '140 of 220 samples',
    elapsed: '56 s',
    remaining: '32 s left',
    current: 'cow, a',
    next: 'fork, b',
  })
})

test('100 % is not said before the last sample', () => {
  expect(progressView({ ...progress, done: 2199, total: 2200 }).percent).toBe('99 %')
})

test('without samples to take there is no share, and a paused run has no time to go', () => {
  expect(progressView({ ...progress, done: 0, total: 0 }).share).toBe(0)
  expect(progressView({ ...progress, phase: 'paused' }).remaining).toBe('')
  expect(progressView({ ...progress, remainingSeconds: null }).remaining).toBe('')
})

test('every end but a complete one says that samples are kept', () => {
  const ends = (['complete', 'cancelled', 'interrupted', 'failed'] as const).map(status =>
    outcomeSentence({ runId: exampleRunId, status, reason: 'Why.' }, false),
  )
  expect(ends.map(sentence => sentence.includes('All samples so far are kept'))).toEqual([
    false,
    true,
    true,
    true,
  ])
  expect(ends.every(sentence => sentence.endsWith(' Why.'))).toBe(true)
})

test('a complete run that was disturbed is not called complete without saying so', () => {
  const outcome = { runId: exampleRunId, status: 'complete', reason: '' } as const
  expect(outcomeSentence(outcome, true)).toBe('The run is complete, but was disturbed.')
  expect(outcomeSentence(outcome, false)).toBe('The run is complete.')
})
