import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { Failure } from '../../engine/contract/failure.ts'
import type { History, HistoryRequest } from '../../engine/contract/history.ts'
import { mebibyte } from '../../engine/contract/units.ts'
import { installWindowLab } from '../../test/fakes/window-lab.ts'
import { exampleRunId } from '../../test/fixtures/comparison.ts'
import { useHistory } from './history.ts'

const parameters = { sizeBytes: mebibyte, folioBytes: 2 * mebibyte, tasks: 1 }

function requestOf(benchmark: 'cow' | 'fork'): HistoryRequest {
  return { cell: { benchmark, parameters }, like: { runId: exampleRunId, variantIndex: 0 } }
}

function historyOf({ cell }: HistoryRequest): History {
  return { cell, machineName: 'Xeon', quantity: 'time', points: [], changes: [] }
}

const answer = vi.fn<(request: HistoryRequest) => History | Promise<History>>()

beforeEach(() => {
  setActivePinia(createPinia())
  answer.mockReset().mockImplementation(historyOf)
  installWindowLab(
    {
      history: answer,
      getRunHead: id => {
        throw new Failure('not-found', `There is no run ${id}.`, 'Choose another.')
      },
    },
    {},
  )
})

test('the answer to the question put last is shown, whichever comes last', async () => {
  const history = useHistory()
  let answerFirst: ((value: History) => void) | undefined
  answer.mockImplementationOnce(() => new Promise(resolve => (answerFirst = resolve)))
  const first = history.load(requestOf('cow'))
  await history.load(requestOf('fork'))
  expect(history.isLoading).toBe(false)
  answerFirst?.(historyOf(requestOf('cow')))
  await first
  expect(history.history?.cell.benchmark).toBe('fork')
})

test('a failure of an older question is not shown beside the answer of a newer one', async () => {
  const history = useHistory()
  let refuseFirst: ((error: Error) => void) | undefined
  answer.mockImplementationOnce(() => new Promise((_, reject) => (refuseFirst = reject)))
  const first = history.load(requestOf('cow'))
  await history.load(requestOf('fork'))
  refuseFirst?.(new Failure('internal', 'It broke.', ''))
  await first
  expect(history.failure).toBeNull()
  expect(history.history).not.toBeNull()
})

test('a failure takes the place of what was shown, and goes with the next answer', async () => {
  const history = useHistory()
  await history.load(requestOf('cow'))
  answer.mockImplementationOnce(() => {
    throw new Failure('not-found', 'There is no such run.', 'Choose another.')
  })
  await history.load(requestOf('cow'))
  expect([history.history, history.failure?.code, history.isLoading]).toEqual([null, 'not-found', false])
  await history.load(requestOf('cow'))
  expect([history.history?.machineName, history.failure]).toEqual(['Xeon', null])
})

test('a run whose cells cannot be read says why', async () => {
  const history = useHistory()
  await history.loadCells(exampleRunId)
  expect(history.failure?.message).toContain(exampleRunId)
})
