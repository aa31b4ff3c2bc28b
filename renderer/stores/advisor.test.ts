import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { CurrentAdvice } from '../../engine/contract/advice.ts'
import type { MachineLoad } from '../../engine/contract/machine-load.ts'
import { Failure } from '../../engine/contract/failure.ts'
import { exampleAdvice, exampleAdviceId } from '../../test/fixtures/advice.ts'
import { installWindowLab, type FakeLab } from '../../test/fakes/window-lab.ts'
import { useAdvisor } from './advisor.ts'
import { useMeasuring } from './measuring.ts'

const id = exampleAdviceId
const request = { question: 'exclusive-writer', budgetSeconds: 60 } as const
const began: CurrentAdvice = { id, request, progress: null }
const progress = { id, rounds: 3, elapsedSeconds: 6, budgetSeconds: 60, current: 'fork, alone', runId: null }

let lab: FakeLab
const startAdvice = vi.fn(() => id)
const startAdviceOn = vi.fn(() => id)
const cancelAdvice = vi.fn(() => undefined)
const machineLoad = vi.fn<() => MachineLoad | null>(() => null)

beforeEach(() => {
  setActivePinia(createPinia())
  lab = installWindowLab(
    { listAdvices: () => [] },
    { startAdvice, startAdviceOn, cancelAdvice, machineLoad, currentAdvice: () => ({ ...began, progress }) },
  )
})

test('a window that opens late shows what is under way', async () => {
  const advisor = useAdvisor()
  await advisor.attach()
  expect(advisor.current).toEqual({ ...began, progress })
  expect(useMeasuring().obstacle).toEqual({ text: 'The advisor is measuring', path: '/advisor' })
})

test('an advice of any window is followed to its end, and its answer is taken once', async () => {
  const advisor = useAdvisor()
  const stop = advisor.listen()
  lab.emitMain('adviceBegan', began)
  lab.emitMain('adviceProgressed', progress)
  lab.emitMain('adviceProgressed', { ...progress, id: crypto.randomUUID(), rounds: 9 })
  await vi.waitFor(() => expect(advisor.current?.progress).toEqual(progress))
  const advice = exampleAdvice()
  lab.emitMain('adviceEnded', { id, status: 'complete', reason: '', advice })
  await vi.waitFor(() => expect(advisor.isRunning).toBe(false))
  expect(advisor.list).toEqual([advice])
  expect([advisor.takeFinished(), advisor.takeFinished()]).toEqual([id, null])
  expect([useMeasuring().isBusy, useMeasuring().obstacle]).toEqual([false, null])
  stop()
})

test('a machine that is not quiet is warned of with the figure; while something is measured nobody looks', async () => {
  const advisor = useAdvisor()
  machineLoad.mockReturnValueOnce({
    otherPrograms: 0.9,
    stolen: 0,
    causes: ['other programs used 90 % of a CPU'],
  })
  await advisor.look()
  expect(advisor.warning).toBe('This machine is not quiet: other programs used 90 % of a CPU.')
  await advisor.look()
  expect(advisor.warning).toBe('')
})

test('an end without an answer stays until it is dismissed or asked again', async () => {
  const advisor = useAdvisor()
  advisor.listen()
  const failed = { id, status: 'failed', reason: 'The agent died.', advice: null } as const
  lab.emitMain('adviceEnded', failed)
  await vi.waitFor(() => expect(advisor.outcome).toEqual(failed))
  expect(advisor.takeFinished()).toBeNull()
  advisor.dismiss()
  expect(advisor.outcome).toBeNull()
  lab.emitMain('adviceEnded', failed)
  lab.emitMain('adviceBegan', began)
  await vi.waitFor(() => expect(advisor.isRunning).toBe(true))
  expect(advisor.outcome).toBeNull()
})

test('starting is busy until main answers; a request to cancel that could not be sent does not count', async () => {
  const advisor = useAdvisor()
  const started = advisor.start(request)
  expect(useMeasuring().isBusy).toBe(true)
  await started
  expect(startAdvice).toHaveBeenCalledWith(request)
  expect(useMeasuring().isBusy).toBe(false)
  cancelAdvice.mockImplementationOnce(() => {
    throw new Failure('port-closed', 'The session has ended.', '')
  })
  await expect(advisor.cancel()).rejects.toMatchObject({ code: 'port-closed' })
  expect(advisor.isCancelAsked).toBe(false)
  await advisor.cancel()
  expect(advisor.isCancelAsked).toBe(true)
})

test('another machine is asked by its name', async () => {
  await useAdvisor().start(request, 'epyc')
  expect(startAdviceOn).toHaveBeenCalledWith({ request, machine: 'epyc' })
})
