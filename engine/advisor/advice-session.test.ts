/**
 * Advices from the lock to the library, with an agent that measures nothing and with the real one.
 */
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startChildAgent } from '../agent/child-agent.ts'
import type { AdviceProgress, AdviceRequest } from '../contract/advice.ts'
import { recordingApi } from '../contract/api.ts'
import { connect } from '../contract/ipc/connect.ts'
import { serve } from '../contract/ipc/serve.ts'
import { openLibrary } from '../library/library.ts'
import { createPortPair } from '../process/node-port.ts'
import { acquireRunLock } from '../process/run-lock.ts'
import { systemClock } from '../process/clock.ts'
import { machineWatcher, quietLooks, type MachineWatcher } from '../session/wait-until-quiet.ts'
import { fakeAgentPath, type FakeAgentBehaviour } from '../../test/fakes/fake-agent-path.ts'
import { exampleLatencies } from '../../test/fixtures/environment.ts'
import { testLockPlaces } from '../../test/fixtures/lock-places.ts'
import { adviceSchemes } from '../../test/fixtures/machine-report.ts'
import { newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { AdviceSession } from './advice-session.ts'

vi.setConfig({ testTimeout: 120_000 }) // processes are started, on a machine that may be busy

const realAgent = path.join(import.meta.dirname, '../../out/native/release/folio-agent')
const request: AdviceRequest = { question: 'exclusive-writer', budgetSeconds: 2 }
const id = newRunId()

async function openLab(agentPath: string, watcher: MachineWatcher = machineWatcher) {
  const folder = temporaryFolder('advice')
  const location = { path: path.join(folder, 'library.sqlite'), isOwn: true, binding: null }
  const library = await openLibrary({ ...location, now: Date.now })
  onTestFinished(() => library.close())
  const lockPlaces = testLockPlaces(location.path)
  const progress: AdviceProgress[] = []
  const { ends, close } = createPortPair()
  onTestFinished(close)
  serve(recordingApi, library.recording, ends[0])
  const session = new AdviceSession({
    startAgent: () => startChildAgent(agentPath),
    recording: connect(recordingApi, ends[1]).call,
    acquireLock: () => acquireRunLock(lockPlaces),
    clock: systemClock,
    watcher,
    applicationVersion: 'test',
    progressed: step => progress.push(step),
  })
  return { session, library, lockPlaces, progress }
}

function fake(behaviour: FakeAgentBehaviour): string {
  return fakeAgentPath(temporaryFolder('agent'), {
    schemes: adviceSchemes,
    ...behaviour,
  })
}

test('an advice is measured, stored as it was reported, and the machine is free again', async () => {
  const { session, library, lockPlaces } = await openLab(
    fake({ timeFactors: { exclusive: 0.5, nocmpxchg: 0.5, all: 0.5 } }),
  )
  await session.start(id, request, 7)
  const { status, advice } = await session.finished()
  expect(status).toBe('complete')
  expect(advice).toMatchObject({ id, seed: 7, latencies: exampleLatencies })
  for (const { n, percent, operation } of advice!.parts)
    // Half the time, twice the throughput.
    if (n > 0) expect(percent! < 0).toBe(operation !== 'anon-cow-seq')
  expect(await library.queries.listAdvices()).toEqual([advice])
  for (const { id: runId, rounds } of advice!.runs!) {
    const run = await library.queries.getRun(runId)
    expect(run.summary).toMatchObject({ status: 'complete', advice: id })
    expect(new Set(run.samples.filter(({ warmup }) => !warmup).map(({ round }) => round)).size).toBe(rounds)
  }
  await (await acquireRunLock(lockPlaces)).release()
})

test('while one advice is given, another is refused, and a run as well', async () => {
  const lab = await openLab(fake({}))
  await lab.session.start(id, request, 7)
  await expect(lab.session.start(newRunId(), request, 8)).rejects.toMatchObject({ code: 'busy' })
  await expect(acquireRunLock(lab.lockPlaces)).rejects.toMatchObject({ code: 'busy' })
  await lab.session.finished()
})

test('a machine that something else measures on is not asked', async () => {
  const lab = await openLab(fake({}))
  const lock = await acquireRunLock(lab.lockPlaces)
  onTestFinished(() => lock.release())
  await expect(lab.session.start(id, request, 7)).rejects.toMatchObject({ code: 'busy' })
})

test('a cancelled advice ends at once; there is no answer, and its samples stay as a cancelled run', async () => {
  const { session, library, lockPlaces, progress } = await openLab(fake({ sampleMs: 20 }))
  await session.start(id, { ...request, budgetSeconds: 60 }, 7)
  await vi.waitFor(() => expect(progress.length).toBeGreaterThan(3), { timeout: 60_000 })
  session.cancel()
  expect(await session.finished()).toMatchObject({ id, status: 'cancelled', advice: null })
  expect(await library.queries.listAdvices()).toEqual([])
  expect(await library.queries.listRuns({ includeDeleted: false })).toMatchObject([
    { status: 'cancelled', advice: id },
  ])
  await (await acquireRunLock(lockPlaces)).release()
})

test('one cancelled before there is an agent never begins to measure', async () => {
  const lab = await openLab(fake({ sampleMs: 20 }))
  await lab.session.start(id, { ...request, budgetSeconds: 60 }, 7)
  lab.session.cancel()
  expect(await lab.session.finished()).toMatchObject({ status: 'cancelled', advice: null })
  expect(lab.progress).toEqual([])
})

test.each([
  ['dies', { dieAtSample: 3 }, /The agent ended by signal SIGKILL during “sample”/],
  ['refuses', { refuseAtSample: 3 }, /Only 1 MiB is available\. Choose a smaller size/],
] as const)('an agent that %s fails the advice with what it said', async (_, behaviour, reason) => {
  const { session, library } = await openLab(fake(behaviour))
  await session.start(id, request, 7)
  const outcome = await session.finished()
  expect(outcome).toMatchObject({ status: 'failed', advice: null, reason: expect.stringMatching(reason) })
  expect(await library.queries.listAdvices()).toEqual([])
})

test.each(['exclusive-writer', 'batching'] as const)('the real agent answers %s', async question => {
  const { session, library } = await openLab(realAgent)
  await session.start(id, { question, budgetSeconds: 4 }, 7)
  const { status, reason, advice } = await session.finished()
  expect({ status, reason }).toEqual({ status: 'complete', reason: '' })
  expect(advice!.parts.length).toBeGreaterThanOrEqual(8)
  for (const { percent, n } of advice!.parts) expect(percent !== null).toBe(n > 0)
  expect(advice!.latencies.length).toBeGreaterThanOrEqual(4)
  expect(await library.queries.listAdvices()).toEqual([advice])
})

/** A machine that other programs keep busy for the first looks. */
function busyFor(looks: number): MachineWatcher & Readonly<{ at: () => number }> {
  let at = 0
  return {
    at: () => at,
    read: () => ({ at, processors: 2, busy: Math.min(at, looks), own: 0, stolen: 0 }),
    sleep: (seconds, signal) => {
      signal?.throwIfAborted()
      at += seconds
      return Promise.resolve()
    },
  }
}

test('an advice that waits for a quiet machine says what it waits for, and then measures', async () => {
  const machine = busyFor(3)
  const { session, progress } = await openLab(fake({}), machine)
  await session.start(id, { ...request, whenQuiet: true }, 7)
  expect(await session.finished()).toMatchObject({ status: 'complete' })
  expect(machine.at()).toBe(3 + quietLooks)
  expect(progress[0]).toMatchObject({
    runId: null,
    wait: { elapsedSeconds: 1, load: { causes: ['other programs used 100 % of a CPU'] } },
  })
  expect(progress.at(-1)?.wait).toBeUndefined()
})

test('a machine that does not become quiet is not measured on', async () => {
  const { session, library } = await openLab(fake({}), busyFor(10_000))
  await session.start(id, { ...request, whenQuiet: true }, 7)
  expect(await session.finished()).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/did not become quiet within 600 s: other programs used 100 % of a CPU/),
  })
  expect(await library.queries.listRuns({ includeDeleted: false })).toEqual([])
})
