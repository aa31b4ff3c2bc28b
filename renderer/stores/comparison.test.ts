import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import type { CompareRequest } from '../../engine/contract/comparison.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { exampleCell, exampleComparison, exampleRow, exampleRunId } from '../../test/fixtures/comparison.ts'
import { installWindowLab, type FakeLab } from '../../test/fakes/window-lab.ts'
import { useComparison } from './comparison.ts'

const stages: CompareRequest = {
  baseline: { runId: exampleRunId, variantIndex: 0 },
  variants: [{ runId: exampleRunId, variantIndex: 1 }],
  confidence: 0.95,
  thresholdPercent: 1,
  insist: false,
}
const others: CompareRequest = { ...stages, baseline: { runId: exampleRunId, variantIndex: 2 } }
const answer = exampleComparison([exampleRow(exampleCell('remap'))])
let isDamaged: boolean
let compared: number
let lab: FakeLab

beforeEach(() => {
  setActivePinia(createPinia())
  isDamaged = false
  compared = 0
  lab = installWindowLab(
    {
      compare: () => {
        compared++
        if (isDamaged) throw new Failure('library-damaged', 'The library is damaged.', 'Restore a backup.')
        return answer
      },
    },
    {},
  )
})

test('a comparison stays for its own question and goes before another is shown', async () => {
  const store = useComparison()
  await store.compare(stages)
  store.forgetUnless(structuredClone(stages))
  expect(store.comparison).toEqual(answer)
  store.forgetUnless(others)
  expect(store.comparison).toBeNull()
})

test('the answer to a question asked before is dropped', async () => {
  const store = useComparison()
  const first = store.compare(stages)
  await store.compare(null)
  await first
  expect(store.comparison).toBeNull()
  expect(store.isLoading).toBe(false)
})

test('a failure takes the place of the numbers', async () => {
  const store = useComparison()
  await store.compare(stages)
  isDamaged = true
  await store.compare(others)
  expect(store.comparison).toBeNull()
  expect(store.failure).toMatchObject({ code: 'library-damaged', advice: 'Restore a backup.' })
})

test('a question is put once, and again when runs have changed since', async () => {
  const store = useComparison()
  await Promise.all([store.ask(stages), store.ask(structuredClone(stages))])
  await store.ask(stages)
  expect(compared).toBe(1)
  await store.ask(others)
  expect(compared).toBe(2)
  lab.emitLibrary('runsChanged', { ids: [exampleRunId] })
  await new Promise(resolve => setTimeout(resolve)) // events come in a task of their own
  await store.ask(others)
  expect(compared).toBe(3)
})

test('an answer that runs have overtaken is asked for again', async () => {
  const store = useComparison()
  const first = store.ask(stages)
  lab.emitLibrary('runsChanged', { ids: [exampleRunId] })
  await first
  await store.ask(stages)
  expect(compared).toBe(2)
})

test('a question that failed is put again', async () => {
  const store = useComparison()
  isDamaged = true
  await store.ask(stages)
  isDamaged = false
  await store.ask(stages)
  expect(store.comparison).toEqual(answer)
  expect(store.failure).toBeNull()
})
