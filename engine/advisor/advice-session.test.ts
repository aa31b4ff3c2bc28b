/** Advices from the lock to the library, with an agent that measures nothing and with the real one. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startChildAgent } from '../agent/child-agent.ts'
import type { AdviceRequest } from '../contract/advice.ts'
import { openLibrary } from '../library/library.ts'
import { acquireRunLock } from '../process/run-lock.ts'
import { systemClock } from '../process/clock.ts'
import { fakeAgentPath, type FakeAgentBehaviour } from '../../test/fakes/fake-agent-path.ts'
import { exampleLatencies } from '../../test/fixtures/environment.ts'
import { testLockPlaces } from '../../test/fixtures/lock-places.ts'
import { newRunId } from '../../test/fixtures/run.ts'
import { AdviceSession } from './advice-session.ts'
import type { Occupation } from './disturbances.ts'
import { watchProcessors, type WatchProcessors } from './watch-processors.ts'

vi.setConfig({ testTimeout: 120_000 }) // processes are started, on a machine that may be busy

const realAgent = path.join(import.meta.dirname, '../../out/native/release/folio-agent')
const request: AdviceRequest = { question: 'exclusive-writer', budgetSeconds: 2 }
const id = newRunId()

/** Tells of a machine on which nothing else ran, whatever did. */
function atRest(_agentPid: number, processors: number): () => Occupation {
  return () => ({ processors, elapsed: 2, busy: 2, own: 2, stolen: 0 })
}

async function openLab(agentPath: string, watch: WatchProcessors = atRest) {
  const folder = mkdtempSync(path.join(tmpdir(), 'folio-lab-advice-'))
  const location = { path: path.join(folder, 'library.sqlite'), isOwn: true, binding: null }
  const library = await openLibrary({ ...location, now: Date.now })
  onTestFinished(() => library.close())
  const lockPlaces = testLockPlaces(location.path)
  let rounds = 0
  const session = new AdviceSession({
    startAgent: () => startChildAgent(agentPath),
    recording: { recordAdvice: async advice => library.recording.recordAdvice(advice) },
    acquireLock: () => acquireRunLock(lockPlaces),
    clock: systemClock,
    watchProcessors: watch,
    applicationVersion: 'test',
    progressed: progress => (rounds = progress.rounds + 1),
  })
  return { session, library, lockPlaces, rounds: () => rounds }
}

function fake(behaviour: FakeAgentBehaviour): string {
  return fakeAgentPath(mkdtempSync(path.join(tmpdir(), 'folio-lab-agent-')), behaviour)
}

test('an advice is measured, stored as it was told, and the machine is free again', async () => {
  const { session, library, lockPlaces } = await openLab(
    fake({ timeFactors: { exclusive: 0.5, nocmpxchg: 0.5, all: 0.5 } }),
  )
  await session.start(id, request, 7)
  const { status, advice } = await session.finished()
  expect(status).toBe('complete')
  expect(advice).toMatchObject({ id, seed: 7, latencies: exampleLatencies })
  for (const { n, percent, operation } of advice!.parts)
    if (n > 0) expect(percent! < 0).toBe(operation !== 'anon-cow-seq') // half the time, twice the throughput
  expect(await library.queries.listAdvices()).toEqual([advice])
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

test('a cancelled advice ends at once and stores nothing', async () => {
  const { session, library, lockPlaces, rounds } = await openLab(fake({ sampleMs: 20 }))
  await session.start(id, { ...request, budgetSeconds: 60 }, 7)
  await vi.waitFor(() => expect(rounds()).toBeGreaterThan(0), { timeout: 60_000 })
  session.cancel()
  expect(await session.finished()).toMatchObject({ id, status: 'cancelled', advice: null })
  expect(await library.queries.listAdvices()).toEqual([])
  await (await acquireRunLock(lockPlaces)).release()
})

test('one cancelled before there is an agent never begins to measure', async () => {
  const lab = await openLab(fake({ sampleMs: 20 }))
  await lab.session.start(id, { ...request, budgetSeconds: 60 }, 7)
  lab.session.cancel()
  expect(await lab.session.finished()).toMatchObject({ status: 'cancelled', advice: null })
  expect(lab.rounds()).toBe(0)
})

test.each([
  ['dies', { dieAtSample: 30 }, /The agent ended by signal SIGKILL during “sample”/],
  ['refuses', { refuseAtSample: 30 }, /Only 1 MiB is available\. Choose a smaller size/],
] as const)('an agent that %s fails the advice with what it said', async (_, behaviour, reason) => {
  const { session, library } = await openLab(fake(behaviour))
  await session.start(id, request, 7)
  const outcome = await session.finished()
  expect(outcome).toMatchObject({ status: 'failed', advice: null, reason: expect.stringMatching(reason) })
  expect(await library.queries.listAdvices()).toEqual([])
})

test.each(['exclusive-writer', 'batching'] as const)('the real agent answers %s', async question => {
  const { session, library } = await openLab(realAgent, watchProcessors)
  await session.start(id, { question, budgetSeconds: 4 }, 7)
  const { status, reason, advice } = await session.finished()
  expect({ status, reason }).toEqual({ status: 'complete', reason: '' })
  expect(advice!.parts.length).toBeGreaterThanOrEqual(8)
  for (const { percent, n } of advice!.parts) expect(percent !== null).toBe(n > 0)
  expect(advice!.latencies.length).toBeGreaterThanOrEqual(4)
  expect(await library.queries.listAdvices()).toEqual([advice])
})
