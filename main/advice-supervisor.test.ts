import { expect, test, vi } from 'vitest'
import type { AdviceOutcome, AdviceProgress } from '../engine/contract/advice.ts'
import { sessionApi } from '../engine/contract/api.ts'
import { Failure } from '../engine/contract/failure.ts'
import type { Handlers } from '../engine/contract/api-type.ts'
import { electronPorts } from '../test/fakes/electron-ports.ts'
import { fakeEngine } from '../test/fakes/engine-process.ts'
import { exampleAdvice } from '../test/fixtures/advice.ts'
import { AdviceSupervisor, type AdviceSupervisorParts } from './advice-supervisor.ts'
import { SessionProcess } from './session-process.ts'

const request = { question: 'exclusive-writer', budgetSeconds: 60 } as const

function supervise(
  handlers: Partial<Handlers<typeof sessionApi>> = {},
  changed: Partial<AdviceSupervisorParts> = {},
) {
  const engine = fakeEngine(sessionApi, {
    advise: () => undefined,
    cancelAdvice: () => undefined,
    ...handlers,
  })
  const told = {
    ...{ emit: vi.fn(), began: vi.fn(), moved: vi.fn(), ended: vi.fn() },
    markInterrupted: vi.fn((_: { id: string; reason: string }) => Promise.resolve()),
  }
  const supervisor = new AdviceSupervisor({
    startSession: () => new SessionProcess(engine),
    library: {
      openRecording: () => electronPorts()[0],
      connection: { call: { markInterrupted: told.markInterrupted } },
    },
    refuseBeside: () => undefined,
    ...told,
    ...changed,
  })
  return { engine, ...told, supervisor }
}

test('windows hear that it began, how far it is, and how it ended; the desktop too', async () => {
  const { supervisor, engine, ...told } = supervise()
  const id = await supervisor.start(request)
  expect(told.emit).toHaveBeenCalledWith('adviceBegan', { id, request, progress: null })
  expect(told.began).toHaveBeenCalledOnce()
  const progress: AdviceProgress = {
    id,
    rounds: 1,
    elapsedSeconds: 2,
    budgetSeconds: 60,
    current: 'fork, alone',
    runId: null,
  }
  engine.say('adviceProgressed', progress)
  await vi.waitFor(() => expect(supervisor.describe()).toEqual({ id, request, progress }))
  expect(told.moved).toHaveBeenCalledWith(progress)
  const outcome: AdviceOutcome = { id, status: 'complete', reason: '', advice: exampleAdvice({ id }) }
  engine.say('adviceEnded', outcome)
  await vi.waitFor(() => expect(told.ended).toHaveBeenCalledWith(outcome))
  expect(told.emit).toHaveBeenLastCalledWith('adviceEnded', outcome)
  expect(engine.stops()).toBeGreaterThan(0)
  expect([supervisor.describe(), supervisor.isRunning()]).toEqual([null, false])
})

test('it measures here, or on the machine that is named', async () => {
  const asked: (string | null)[] = []
  for (const machine of [undefined, 'epyc']) {
    const engine = fakeEngine(sessionApi, { advise: () => undefined })
    const { supervisor } = supervise(
      {},
      {
        startSession(name) {
          asked.push(name)
          return new SessionProcess(engine)
        },
      },
    )
    await supervisor.start(request, machine)
  }
  expect(asked).toEqual([null, 'epyc'])
})

test('a process that dies is an end without an answer, and the run that it measured is interrupted', async () => {
  const { supervisor, engine, ended, markInterrupted } = supervise()
  const id = await supervisor.start(request)
  const runId = exampleAdvice().id
  const progress = { id, rounds: 1, elapsedSeconds: 2, budgetSeconds: 60, current: '', runId }
  engine.say('adviceProgressed', progress)
  await vi.waitFor(() => expect(supervisor.describe()?.progress).toEqual(progress))
  engine.exit(9)
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
  expect(ended.mock.calls[0]?.[0]).toMatchObject({
    id,
    status: 'failed',
    advice: null,
    reason: expect.stringMatching(/code 9.*Ask again/) as string,
  })
  expect(markInterrupted).toHaveBeenCalledWith({
    id: runId,
    reason: expect.stringMatching(/code 9/) as string,
  })
})

test('a second one is refused, and so is one beside something else that measures', async () => {
  const { supervisor } = supervise()
  await supervisor.start(request)
  await expect(supervisor.start(request)).rejects.toMatchObject({ code: 'busy' })
  const { supervisor: other, began } = supervise(
    {},
    {
      refuseBeside: () => {
        throw new Failure('busy', 'A run is under way.', 'Wait.')
      },
    },
  )
  await expect(other.start(request)).rejects.toMatchObject({ code: 'busy', message: 'A run is under way.' })
  expect([other.isRunning(), began.mock.calls.length]).toEqual([false, 0])
})

test('a machine that is not its own is told to who asked, and leaves nothing under way', async () => {
  const { supervisor, engine, ended, began } = supervise({
    advise: () => {
      throw new Failure('busy', 'Another run is under way on this machine.', 'Wait.')
    },
  })
  await expect(supervisor.start(request)).rejects.toMatchObject({ code: 'busy' })
  expect(engine.stops()).toBe(1)
  expect([supervisor.isRunning(), ended.mock.calls.length, began.mock.calls.length]).toEqual([false, 0, 0])
})

test('ending asks the session to cancel and waits for its process', async () => {
  const cancelAdvice = vi.fn(() => undefined)
  const { supervisor, engine, ended } = supervise({ cancelAdvice })
  const id = await supervisor.start(request)
  const over = supervisor.end()
  await vi.waitFor(() => expect(cancelAdvice).toHaveBeenCalledOnce())
  engine.exit(0)
  await over
  expect(supervisor.isRunning()).toBe(false)
  expect(ended.mock.calls[0]?.[0]).toMatchObject({ id })
})

test('a session that does not answer when told to end is stopped', async () => {
  vi.useFakeTimers()
  try {
    const { supervisor, engine } = supervise({ cancelAdvice: () => new Promise(() => undefined) })
    await supervisor.start(request)
    const over = supervisor.end()
    await vi.advanceTimersByTimeAsync(3_000)
    await over
    expect(engine.stops()).toBeGreaterThan(0)
  } finally {
    vi.useRealTimers()
  }
})

test('ending without an advice does nothing', async () => {
  const { supervisor, engine } = supervise()
  await supervisor.end()
  await supervisor.cancel()
  expect(engine.stops()).toBe(0)
})
