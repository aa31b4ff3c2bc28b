import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import type { Estimate } from '../../engine/contract/api.ts'
import { Failure } from '../../engine/contract/failure.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import { installWindowLab } from '../../test/fakes/window-lab.ts'
import { exampleReport } from '../../test/fixtures/machine-report.ts'
import { useDraft } from './draft.ts'

const estimate = vi.fn<(question: { plan: Plan }) => Estimate | Promise<Estimate>>()

function estimateOf(seconds: number): Estimate {
  return { samples: 1, seconds, memoryBytes: 1, basis: 'default-pace', detectable: [] }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  setActivePinia(createPinia())
  estimate.mockReset().mockImplementation(() => estimateOf(7))
  installWindowLab({ estimate }, { chooseKernels: () => [] })
})

afterEach(() => {
  vi.useRealTimers()
})

/** Lets the pause after typing pass, and what is asked then be answered. */
async function settle(): Promise<void> {
  await nextTick()
  await vi.advanceTimersByTimeAsync(200)
}

function begun(): ReturnType<typeof useDraft> {
  const draft = useDraft()
  draft.begin(exampleReport)
  return draft
}

test('a draft survives a look at another screen', () => {
  const draft = begun()
  draft.set('label', 'mine')
  draft.begin(exampleReport)
  expect(draft.form?.label).toBe('mine')
})

test('another screen wishes for the table of the series, and finds it in the form that is begun later', () => {
  const draft = useDraft()
  draft.wishPublishedTable()
  draft.begin(exampleReport)
  expect(draft.form).toMatchObject({
    target: 'model',
    preset: 'quick',
    schemes: ['baseline', 'all'],
    label: 'Quick on the model',
  })
  draft.set('schemes', ['baseline'])
  draft.begin(exampleReport)
  expect(draft.form?.schemes).toEqual(['baseline'])
})

test('typing asks for one estimate, of what was typed last', async () => {
  const draft = begun()
  for (const label of ['o', 'on', 'one']) {
    draft.set('label', label)
    await nextTick()
    await vi.advanceTimersByTimeAsync(50)
  }
  await settle()
  expect(estimate).toHaveBeenCalledOnce()
  expect(estimate.mock.lastCall?.[0].plan.label).toBe('one')
  expect(draft.estimate?.seconds).toBe(7)
})

test('an answer to an older plan is dropped', async () => {
  const draft = begun()
  let answerFirst: ((value: Estimate) => void) | undefined
  estimate.mockImplementationOnce(() => new Promise(resolve => (answerFirst = resolve)))
  await settle()
  draft.set('label', 'newer')
  await settle()
  answerFirst?.(estimateOf(1))
  await vi.advanceTimersByTimeAsync(0)
  expect(draft.estimate?.seconds).toBe(7)
  expect(draft.isEstimating).toBe(false)
})

test('a form with an error has no estimate and asks for none', async () => {
  const draft = begun()
  await settle()
  draft.set('size', 'a lot')
  await settle()
  expect(draft.reading.plan).toBeNull()
  expect(draft.estimate).toBeNull()
  expect(estimate).toHaveBeenCalledOnce()
})

test('an estimate that failed says why, and the next one takes its place', async () => {
  const draft = begun()
  estimate.mockImplementationOnce(() => {
    throw new Failure('library-damaged', 'The library is damaged.', 'Restore a copy.')
  })
  await settle()
  expect(draft.estimateFailure).toMatchObject({ code: 'library-damaged' })
  draft.set('label', 'again')
  await settle()
  expect([draft.estimateFailure, draft.estimate?.seconds]).toEqual([null, 7])
})

test('a new seed is another plan', () => {
  const draft = begun()
  const before = draft.reading.plan?.seed
  draft.newSeed()
  expect(draft.reading.plan?.seed).not.toBe(before)
})

test('runs that count instructions have one order until another is asked for, timed ones any', () => {
  const draft = begun()
  const any = draft.form?.seed
  draft.setMachine({ target: 'vm', clock: 'instructions' }, exampleReport)
  expect(draft.form?.seed).toBe('0')
  draft.newSeed()
  const asked = draft.form?.seed
  draft.setMachine({ target: 'vm' }, exampleReport)
  expect(draft.form?.seed).toBe(asked)
  draft.setMachine({ target: 'host' }, exampleReport)
  expect([any, asked]).not.toContain(draft.form?.seed)
})
