import { expect, test, vi } from 'vitest'
import { sessionApi } from '../engine/contract/api.ts'
import { Failure } from '../engine/contract/failure.ts'
import type { Handlers } from '../engine/contract/api-type.ts'
import type { Progress, RunOutcome } from '../engine/contract/run.ts'
import { electronPorts } from '../test/fakes/electron-ports.ts'
import { fakeEngine, type FakeEngine } from '../test/fakes/engine-process.ts'
import { examplePlan, exampleSamples, newRunId, runOf } from '../test/fixtures/run.ts'
import { RunSupervisor, type RunSupervisorParts } from './run-supervisor.ts'
import { SessionProcess } from './session-process.ts'

const plan = examplePlan()
const closed = new Failure('port-closed', 'It has ended.', 'Try again.')

type Supervised = Readonly<{
  supervisor: RunSupervisor
  engine: FakeEngine<typeof sessionApi>
  told: Readonly<Record<'emit' | 'began' | 'moved' | 'ended', ReturnType<typeof vi.fn>>>
  marked: ReturnType<typeof vi.fn<(mark: { id: string; reason: string }) => Promise<void>>>
  recording: ReturnType<typeof electronPorts>[0]
}>

/** A supervisor whose sessions answer with `handlers`. */
function supervise(
  handlers: Partial<Handlers<typeof sessionApi>> = {},
  changed: Partial<RunSupervisorParts> = {},
): Supervised {
  const engine = fakeEngine(sessionApi, {
    start: () => undefined,
    resume: () => undefined,
    cancel: () => undefined,
    ...handlers,
  })
  const told = { emit: vi.fn(), began: vi.fn(), moved: vi.fn(), ended: vi.fn() }
  const marked = vi.fn(async () => undefined)
  const [recording] = electronPorts()
  const supervisor = new RunSupervisor({
    startSession: () => new SessionProcess(engine),
    library: {
      openRecording: () => recording,
      connection: {
        call: {
          getRunHead: async () =>
            runOf(
              plan,
              exampleSamples(plan, () => 1),
            ),
          markInterrupted: marked,
        },
      },
    },
    refuseBeside: () => undefined,
    ...told,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...changed,
  })
  return { supervisor, engine, told, marked, recording }
}

/** Resolves when the run is over, with what windows were told about it. */
async function ending({ told }: Supervised): Promise<RunOutcome> {
  await vi.waitFor(() => expect(told.ended).toHaveBeenCalledOnce())
  const outcome = told.ended.mock.calls[0]![0] as RunOutcome
  expect(told.emit).toHaveBeenLastCalledWith('ended', outcome)
  return outcome
}

test('a run is asked for with the id that is answered, and records into the library', async () => {
  const start = vi.fn()
  const { supervisor, engine, told, recording } = supervise({ start })
  expect([supervisor.isRunning(), supervisor.describe()]).toEqual([false, null])
  const runId = await supervisor.start(plan)
  expect(start).toHaveBeenCalledExactlyOnceWith({ id: runId, plan, whenQuiet: false })
  expect(engine.handed).toEqual([['recording', recording]])
  expect(told.began).toHaveBeenCalledOnce()
  expect(supervisor.describe()).toEqual({ runId, plan, progress: null, status: 'running' })
})

test('windows hear of progress, samples and the end, and then the process is gone', async () => {
  const supervised = supervise()
  const { supervisor, engine, told, marked } = supervised
  const runId = await supervisor.start(plan)
  const progress: Progress = {
    runId,
    phase: 'sampling',
    done: 1,
    total: 36,
    elapsedSeconds: 1,
    remainingSeconds: 35,
    current: 'cow',
    next: 'fork',
    disturbances: [],
  }
  engine.say('progressed', progress)
  await vi.waitFor(() => expect(supervisor.describe()).toMatchObject({ progress }))
  expect(told.moved).toHaveBeenCalledWith(progress)
  const samples = { runId, samples: exampleSamples(plan, () => 1e6).slice(0, 1) }
  engine.say('sampled', samples)
  await vi.waitFor(() => expect(told.emit).toHaveBeenLastCalledWith('sampled', samples))
  const outcome: RunOutcome = { runId, status: 'complete', reason: 'All rounds were run.' }
  engine.say('ended', outcome)
  expect(await ending(supervised)).toEqual(outcome)
  expect([engine.stops(), supervisor.isRunning(), marked.mock.calls.length]).toEqual([1, false, 0])
})

test('a run that waits for a quiet machine is nothing to show yet, and windows hear how the wait goes', async () => {
  let begin: (() => void) | undefined
  const start = vi.fn(() => new Promise<void>(resolve => (begin = resolve)))
  const { supervisor, engine, told } = supervise({ start })
  const started = supervisor.startWhenQuiet(plan)
  await vi.waitFor(() => expect(start).toHaveBeenCalledOnce())
  expect(start).toHaveBeenCalledWith(expect.objectContaining({ plan, whenQuiet: true }))
  expect([supervisor.isRunning(), supervisor.describe()]).toEqual([true, null])
  const wait = { elapsedSeconds: 1, limitSeconds: 600, load: { otherPrograms: 1, stolen: 0, causes: ['a'] } }
  engine.say('quietAwaited', wait)
  await vi.waitFor(() => expect(told.emit).toHaveBeenLastCalledWith('quietAwaited', wait))
  begin?.()
  const runId = await started
  expect(supervisor.describe()).toMatchObject({ runId })
})

test('a run whose process dies is marked interrupted, and windows hear why', async () => {
  const supervised = supervise()
  const runId = await supervised.supervisor.start(plan)
  supervised.engine.exit(9)
  const outcome = await ending(supervised)
  expect(outcome).toMatchObject({ runId, status: 'interrupted' })
  expect(outcome.reason).toMatch(/code 9.*Stored samples are complete/)
  expect(supervised.marked).toHaveBeenCalledExactlyOnceWith({ id: runId, reason: outcome.reason })
  expect(supervised.supervisor.isRunning()).toBe(false)
})

test('a library that dies of the same cause is asked again, but not for ever', async () => {
  const dying = supervise()
  dying.marked.mockRejectedValueOnce(closed)
  await dying.supervisor.start(plan)
  dying.engine.exit(9)
  await ending(dying)
  expect(dying.marked).toHaveBeenCalledTimes(2)

  const dead = supervise()
  dead.marked.mockRejectedValue(closed)
  await dead.supervisor.start(plan)
  dead.engine.exit(9)
  expect(await ending(dead)).toMatchObject({ status: 'interrupted' })
  expect(dead.marked).toHaveBeenCalledTimes(3)
})

test('a library that refuses is not asked again: it marks the run when it is next opened', async () => {
  const supervised = supervise()
  supervised.marked.mockRejectedValue(new Failure('library-damaged', 'The library is damaged.'))
  await supervised.supervisor.start(plan)
  supervised.engine.exit(9)
  await ending(supervised)
  expect(supervised.marked).toHaveBeenCalledOnce()
})

test('a refused start reaches who asked; nothing is marked, and nothing is under way', async () => {
  const { supervisor, engine, told, marked } = supervise({
    start: () => {
      throw new Failure('busy', 'Another run is under way on this machine.', 'Wait.')
    },
  })
  await expect(supervisor.start(plan)).rejects.toMatchObject({ code: 'busy' })
  expect([engine.stops(), supervisor.isRunning(), marked.mock.calls.length]).toEqual([1, false, 0])
  expect([told.began.mock.calls.length, told.ended.mock.calls.length]).toEqual([0, 0])
})

test('a process that dies while it is asked to start may have begun a run: it is marked', async () => {
  const supervised = supervise({ start: () => new Promise(() => undefined) })
  const started = supervised.supervisor.start(plan)
  supervised.engine.exit(9)
  await expect(started).rejects.toMatchObject({ code: 'port-closed' })
  expect(await ending(supervised)).toMatchObject({ status: 'interrupted' })
  expect(supervised.marked).toHaveBeenCalledOnce()
})

test('a second run is refused, and so is one beside something else that measures', async () => {
  const { supervisor } = supervise()
  await supervisor.start(plan)
  await expect(supervisor.start(plan)).rejects.toMatchObject({ code: 'busy' })
  await expect(supervisor.resume(newRunId())).rejects.toMatchObject({ code: 'busy' })

  const beside = supervise(
    {},
    {
      refuseBeside() {
        throw new Failure('busy', 'The advisor is measuring.', 'Wait.')
      },
    },
  )
  await expect(beside.supervisor.start(plan)).rejects.toMatchObject({ message: 'The advisor is measuring.' })
  expect([beside.supervisor.isRunning(), beside.engine.connected]).toEqual([false, []])
})

test('a run is resumed by its id, with the plan that the library has of it', async () => {
  const resume = vi.fn()
  const { supervisor } = supervise({ resume })
  const runId = newRunId()
  await supervisor.resume(runId)
  expect(resume).toHaveBeenCalledExactlyOnceWith(runId)
  expect(supervisor.describe()).toMatchObject({ runId, plan })
})

test('pause, proceed and cancel reach the session; without a run they are refused', async () => {
  const asked: string[] = []
  const { supervisor } = supervise({
    pause: () => void asked.push('pause'),
    proceed: () => void asked.push('proceed'),
    cancel: () => void asked.push('cancel'),
  })
  await expect(supervisor.pause()).rejects.toMatchObject({ code: 'not-found' })
  await supervisor.start(plan)
  await supervisor.pause()
  await supervisor.proceed()
  await supervisor.cancel()
  expect(asked).toEqual(['pause', 'proceed', 'cancel'])
})

test('ending cancels the run and waits until its process is gone', async () => {
  const supervised = supervise({
    cancel: () => supervised.engine.say('ended', { runId, status: 'cancelled', reason: 'Cancelled.' }),
  })
  const runId = await supervised.supervisor.start(plan)
  await supervised.supervisor.end()
  expect(supervised.supervisor.isRunning()).toBe(false)
  expect(await ending(supervised)).toMatchObject({ runId, status: 'cancelled' })
  await supervised.supervisor.end() // nothing is left to end
})

test('a session that cannot be cancelled is stopped, and so is one that does not answer in time', async () => {
  const broken = supervise({
    cancel: () => {
      throw new Failure('internal', 'It broke.')
    },
  })
  await broken.supervisor.start(plan)
  await broken.supervisor.end()
  expect(await ending(broken)).toMatchObject({ status: 'interrupted' })

  const silent = supervise({ cancel: () => new Promise(() => undefined) })
  await silent.supervisor.start(plan)
  vi.useFakeTimers()
  try {
    const over = silent.supervisor.end()
    await vi.advanceTimersByTimeAsync(9_999)
    expect(silent.engine.stops()).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    await over
  } finally {
    vi.useRealTimers()
  }
  expect(silent.engine.stops()).toBeGreaterThan(0)
})
