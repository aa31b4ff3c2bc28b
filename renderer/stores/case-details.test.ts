import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { CaseDetails, CaseDetailsRequest } from '../../engine/contract/case-details.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { installWindowLab } from '../../test/fakes/window-lab.ts'
import { exampleCell, exampleRunId, exampleVariant } from '../../test/fixtures/comparison.ts'
import { useCaseDetails } from './case-details.ts'

function requestOf(tasks: number): CaseDetailsRequest {
  const baseline = { runId: exampleRunId, variantIndex: 0 }
  return { cell: exampleCell('anon-cow-seq', tasks), baseline, variant: null }
}

function detailsOf({ cell }: CaseDetailsRequest): CaseDetails {
  const baseline = { variant: exampleVariant(0, 'a'), quantity: 'time', samples: [], summary: null } as const
  return { cell, baseline: { ...baseline, samples: [] }, variant: null, pairs: [] }
}

const answer = vi.fn()

beforeEach(() => {
  setActivePinia(createPinia())
  answer.mockReset().mockImplementation(detailsOf)
  installWindowLab({ caseDetails: answer }, {})
})

async function load(store: ReturnType<typeof useCaseDetails>, tasks: number): Promise<void> {
  await store.load(requestOf(tasks))
}

test('a cell is asked for once, however often it is looked at', async () => {
  const store = useCaseDetails()
  await Promise.all([load(store, 1), load(store, 1)])
  await load(store, 1)
  expect(answer).toHaveBeenCalledOnce()
  expect(store.of(requestOf(1))?.details?.cell).toEqual(requestOf(1).cell)
  expect(store.of(requestOf(2))).toBeNull()
})

test('a failure is kept beside its cell, and asked for again', async () => {
  const store = useCaseDetails()
  answer.mockImplementationOnce(() => {
    throw new Failure('not-found', 'There is no such run.', 'Choose another.')
  })
  await load(store, 1)
  expect(store.of(requestOf(1))?.failure).toMatchObject({ code: 'not-found' })
  await load(store, 1)
  expect(store.of(requestOf(1))).toMatchObject({ failure: null })
})

test('of many cells the oldest are forgotten first', async () => {
  const store = useCaseDetails()
  for (let tasks = 1; tasks <= 101; tasks++) await load(store, tasks)
  expect(store.of(requestOf(1))).toBeNull()
  expect(store.of(requestOf(2))?.details).not.toBeNull()
  expect(store.of(requestOf(101))?.details).not.toBeNull()
})

test.each([
  ['an answer', detailsOf],
  [
    'a failure',
    () => {
      throw new Failure('not-found', 'There is no such run.', 'Choose another.')
    },
  ],
])('when runs have changed, %s that is still under way is not kept', async (_what, given) => {
  const store = useCaseDetails()
  answer.mockImplementationOnce(given)
  const loading = load(store, 1)
  store.forget()
  await loading
  expect(store.of(requestOf(1))).toBeNull()
})
