import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startChildAgent } from '../agent/child-agent.ts'
import { recordingApi } from '../contract/api.ts'
import { connect } from '../contract/ipc/connect.ts'
import { serve } from '../contract/ipc/serve.ts'
import type { Plan } from '../contract/plan.ts'
import type { Progress, RunId, RunOutcome } from '../contract/run.ts'
import type { Sample, SamplePlace } from '../contract/sample.ts'
import { gibibyte, kibibyte } from '../contract/units.ts'
import { schemeVariant } from '../contract/variant.ts'
import { openLibrary, type Library } from '../library/library.ts'
import { schedule } from '../plan/schedule.ts'
import { createPortPair } from '../process/node-port.ts'
import { acquireRunLock, type RunLockPlaces } from '../process/run-lock.ts'
import { exampleFacts, usualScheduling } from '../../test/fixtures/environment.ts'
import { testLockPlaces } from '../../test/fixtures/lock-places.ts'
import { examplePlan, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { fakeAgentPath, type FakeAgentBehaviour } from '../../test/fakes/fake-agent-path.ts'
import { systemClock } from '../process/clock.ts'
import { Session } from './session.ts'

vi.setConfig({ testTimeout: 120_000 }) // processes are started, on a machine that may be busy

const limits = { start: 60_000, quick: 60_000, perGibibyte: 0, end: 1000 }

type Bench = Readonly<{
  library: Library
  folder: string
  lockPlaces: ReturnType<typeof testLockPlaces>
  /** A session whose agent behaves so; each call makes a new one on the same library. */
  open: (behaviour?: FakeAgentBehaviour) => OpenSession
}>

type OpenSession = Readonly<{
  session: Session
  progress: Progress[]
  sampled: Sample[]
  ended: RunOutcome[]
  agentStarts: () => number
}>

/** That no lock of a run is held. */
async function expectFree(places: RunLockPlaces): Promise<void> {
  await (await acquireRunLock(places)).release()
}

async function makeBench(): Promise<Bench> {
  const folder = temporaryFolder('session')
  const lockPlaces = testLockPlaces(path.join(folder, 'library.sqlite'))
  const library = await openLibrary({
    path: path.join(folder, 'library.sqlite'),
    isOwn: true,
    binding: null,
    now: Date.now,
  })
  onTestFinished(() => library.close())
  return { library, folder, lockPlaces, open: behaviour => openSession(behaviour ?? {}) }

  function openSession(behaviour: FakeAgentBehaviour): OpenSession {
    const agent = fakeAgentPath(folder, behaviour)
    const { ends, close } = createPortPair()
    onTestFinished(close)
    serve(recordingApi, library.recording, ends[0])
    const [progress, sampled, ended]: [Progress[], Sample[], RunOutcome[]] = [[], [], []]
    let starts = 0
    const session = new Session({
      startAgent: () => {
        starts++
        return startChildAgent(agent, limits)
      },
      recording: connect(recordingApi, ends[1]).call,
      acquireLock: () => acquireRunLock(lockPlaces),
      clock: systemClock,
      applicationVersion: 'test',
      events: {
        progressed: event => progress.push(event),
        sampled: event => sampled.push(...event.samples),
        ended: outcome => ended.push(outcome),
      },
    })
    return { session, progress, sampled, ended, agentStarts: () => starts }
  }
}

function placesOf(plan: Plan): SamplePlace[] {
  return [...schedule(plan)].flat()
}

function storedBy({ library }: Bench): Library['queries'] {
  return library.queries
}

async function storedPlaces({ library }: Bench, id: RunId): Promise<SamplePlace[]> {
  const { samples } = await library.queries.getRun(id)
  return samples.map(({ scheduleIndex, round, block, warmup, cellIndex, variantIndex }) => ({
    scheduleIndex,
    round,
    block,
    warmup,
    cellIndex,
    variantIndex,
  }))
}

/** Takes a whole run with another library and lock. */
async function runElsewhere(behaviour: FakeAgentBehaviour, plan: Plan): Promise<void> {
  const { session } = (await makeBench()).open(behaviour)
  await session.start(newRunId(), plan)
  expect(await session.finished()).toMatchObject({ status: 'complete' })
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5))
}

test('a run takes its whole schedule in order, stores it, tells it, and frees the machine', async () => {
  const bench = await makeBench()
  const { library } = bench
  const { session, progress, sampled, ended } = bench.open()
  const [id, plan] = [newRunId(), examplePlan()]
  await session.start(id, plan)
  const outcome = await session.finished()
  expect(outcome).toEqual({ runId: id, status: 'complete', reason: 'All rounds were run.' })
  expect(ended).toEqual([outcome])
  expect(await storedPlaces(bench, id)).toEqual(placesOf(plan))
  const run = await library.queries.getRun(id)
  expect(run.summary).toMatchObject({ status: 'complete', sampleCount: 36, invalidCount: 0 })
  expect(run.environment).toMatchObject({
    facts: exampleFacts,
    agentVersion: '0.1.0',
    applicationVersion: 'test',
  })
  expect(run.samples).toEqual(sampled)
  expect(run.samples.every(sample => sample.session === 0 && sample.roundTripNs > 0)).toBe(true)
  expect([...new Set(progress.map(event => event.phase))]).toEqual(['conditioning', 'sampling', 'finishing'])
  expect(progress.at(-1)).toMatchObject({ done: 36, total: 36, remainingSeconds: 0 })
  await expectFree(bench.lockPlaces)
})

test('samples are reported in batches, not one by one', async () => {
  const bench = await makeBench()
  const { session, sampled } = bench.open({ sampleMs: 2 })
  const sizes: number[] = []
  const watch = setInterval(() => sizes.push(sampled.length), 1)
  await session.start(newRunId(), examplePlan())
  await session.finished()
  clearInterval(watch)
  expect(new Set(sizes).size).toBeLessThan(20)
  expect(sampled).toHaveLength(36)
})

test('an invalid sample is stored, and its round replaced at the end', async () => {
  const bench = await makeBench()
  const { library } = bench
  const { session } = bench.open({ invalidAtSample: 5 })
  const id = newRunId()
  await session.start(id, examplePlan())
  await session.finished()
  const { summary, samples } = await library.queries.getRun(id)
  expect(summary).toMatchObject({ status: 'complete', sampleCount: 38, invalidCount: 1 })
  expect(samples[4]!.measurement).toMatchObject({
    valid: false,
    reason: 'the region is not backed by folios',
  })
})

test('an agent that dies is restarted and the sample repeated', async () => {
  const bench = await makeBench()
  const marker = path.join(bench.folder, 'died')
  const { session, agentStarts } = bench.open({ dieOnce: { atSample: 7, marker } })
  const [id, plan] = [newRunId(), examplePlan()]
  await session.start(id, plan)
  expect(await session.finished()).toMatchObject({ status: 'complete' })
  expect(agentStarts()).toBe(2)
  expect(await storedPlaces(bench, id)).toEqual(placesOf(plan))
})

test('one that dies before the first sample, or while it is restarted, is started again', async () => {
  const bench = await makeBench()
  const marker = path.join(bench.folder, 'deaths')
  const { session, agentStarts } = bench.open({ deaths: { requests: ['condition', 'settings'], marker } })
  const [id, plan] = [newRunId(), examplePlan({ changeSettings: true })]
  await session.start(id, plan)
  expect(await session.finished()).toMatchObject({ status: 'complete' })
  expect(agentStarts()).toBe(3)
  expect(await storedPlaces(bench, id)).toEqual(placesOf(plan))
})

test.each([
  ['dies', { dieAtSample: 3 }, /^The agent ended by signal SIGKILL during “sample”/],
  ['talks nonsense', { garbageAtSample: 3 }, /^The agent sent “no JSON at all”/],
])(
  'an agent that %s again and again ends the run as failed after three new starts',
  async (_, behaviour, reason) => {
    const bench = await makeBench()
    const { session, agentStarts } = bench.open(behaviour)
    const [id, plan] = [newRunId(), examplePlan()]
    await session.start(id, plan)
    expect(await session.finished()).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(reason),
    })
    expect(agentStarts()).toBe(4)
    expect(await storedPlaces(bench, id)).toEqual(placesOf(plan).slice(0, 8))
  },
)

test('what the agent refuses ends the run as failed, with its reason and what to do', async () => {
  const bench = await makeBench()
  const { library } = bench
  const { session, agentStarts } = bench.open({ refuseAtSample: 4 })
  const id = newRunId()
  await session.start(id, examplePlan())
  expect(await session.finished()).toEqual({
    runId: id,
    status: 'failed',
    reason: 'Only 1 MiB is available. Choose a smaller size or fewer tasks, or close other programs.',
  })
  expect(agentStarts()).toBe(1)
  expect((await library.queries.getRun(id)).summary).toMatchObject({ status: 'failed', sampleCount: 3 })
})

test('a cancelled run keeps its samples and goes on where it was when it is resumed', async () => {
  const bench = await makeBench()
  const { library } = bench
  const first = bench.open({ sampleMs: 5 })
  const [id, plan] = [newRunId(), examplePlan()]
  await first.session.start(id, plan)
  await until(() => first.sampled.length > 5)
  first.session.cancel()
  expect(await first.session.finished()).toEqual({ runId: id, status: 'cancelled', reason: 'Cancelled.' })
  const before = await storedPlaces(bench, id)
  expect(before).toEqual(placesOf(plan).slice(0, before.length))
  expect(before.length).toBeLessThan(36)

  const second = bench.open()
  await second.session.resume(id)
  expect(second.progress[0]).toMatchObject({ done: before.length, total: 36 })
  expect(await second.session.finished()).toMatchObject({ status: 'complete' })
  const places = await storedPlaces(bench, id) // a round that was cut in two is replaced
  expect(places.slice(0, placesOf(plan).length)).toEqual(placesOf(plan))
  const { samples } = await library.queries.getRun(id)
  expect(samples.map(sample => sample.session)).toEqual(
    samples.map((_, index) => Number(index >= before.length)),
  )
})

test('a run can be cancelled in the middle of a sample that never ends', async () => {
  const bench = await makeBench()
  const { session, progress } = bench.open({ silentAtSample: 2 })
  const id = newRunId()
  await session.start(id, examplePlan())
  await until(() => progress.some(event => event.phase === 'sampling'))
  session.cancel()
  expect(await session.finished()).toMatchObject({ status: 'cancelled' })
})

test('a paused run takes no sample until it proceeds, and pauses between cells only', async () => {
  const bench = await makeBench()
  const { session, progress } = bench.open({ sampleMs: 2 })
  const [id, plan] = [newRunId(), examplePlan()]
  await session.start(id, plan)
  session.pause()
  await until(() => progress.at(-1)?.phase === 'paused')
  const count = (await storedPlaces(bench, id)).length
  await runElsewhere({ sampleMs: 2 }, plan) // in that time this one would have ended
  expect((await storedPlaces(bench, id)).length).toBe(count)
  expect(count % plan.variants.length).toBe(0)
  session.proceed()
  expect(await session.finished()).toMatchObject({ status: 'complete' })
})

test('a paused run can be cancelled', async () => {
  const bench = await makeBench()
  const { session, progress } = bench.open()
  await session.start(newRunId(), examplePlan())
  session.pause()
  await until(() => progress.at(-1)?.phase === 'paused')
  session.cancel()
  expect(await session.finished()).toMatchObject({ status: 'cancelled' })
})

test('a second run on the machine is refused, and leaves no trace', async () => {
  const bench = await makeBench()
  const { library } = bench
  const first = bench.open({ sampleMs: 5 })
  const second = bench.open()
  const id = newRunId()
  await first.session.start(id, examplePlan())
  await expect(second.session.start(newRunId(), examplePlan())).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(path.join(bench.folder, 'library.sqlite')),
  })
  first.session.cancel()
  await first.session.finished()
  expect(await library.queries.listRuns({ includeDeleted: true })).toHaveLength(1)
})

test('an adaptive run stops at the end of a block once its intervals are narrow enough', async () => {
  const bench = await makeBench()
  const { session } = bench.open()
  const id = newRunId()
  const stopping = {
    kind: 'resolution',
    resolutionPercent: 20, // wider than the spread of the fake agent's times
    minimumRounds: 9,
    maximumRounds: 1000,
    budgetSeconds: null,
  } as const
  await session.start(id, examplePlan({ stopping, warmupRounds: 1 }))
  expect(await session.finished()).toMatchObject({
    status: 'complete',
    reason: 'Every interval is as narrow as requested.',
  })
  const rounds = new Set((await storedPlaces(bench, id)).map(place => place.round))
  expect(rounds.size).toBe(1 + 10) // whole blocks of two rounds
})

test('an adaptive run stops when its time is used up', async () => {
  const bench = await makeBench()
  const { session } = bench.open({ sampleMs: 10 })
  const stopping = {
    kind: 'resolution',
    resolutionPercent: 0.0001,
    minimumRounds: 6,
    maximumRounds: 1000,
    budgetSeconds: 1,
  } as const
  await session.start(newRunId(), examplePlan({ stopping }))
  expect(await session.finished()).toMatchObject({
    status: 'complete',
    reason: 'The time limit was reached.',
  })
})

const tooMany = { ...exampleFacts.memory, availableBytes: gibibyte }
const refused: readonly [string, Partial<Plan>, FakeAgentBehaviour, string, RegExp][] = [
  [
    'a region above the available memory',
    { sizeBytes: gibibyte },
    { facts: { memory: tooMany } },
    'not-enough-memory',
    /^The largest case needs 2 GiB of memory; 1 GiB are available\.$/,
  ],
  [
    'a region above the limit of the cgroup',
    { sizeBytes: gibibyte },
    { facts: { cgroup: { path: '/x', memoryMaxBytes: gibibyte, memoryCurrentBytes: 0, cpuMax: null } } },
    'not-enough-memory',
    /1 GiB are available/,
  ],
  [
    'transparent huge pages set to never',
    {},
    { facts: { thp: { ...exampleFacts.thp, enabled: 'never' } } },
    'unsupported',
    /^The THP settings of this kernel forbid folios of 2 MiB\.$/,
  ],
  [
    'a folio size the kernel does not have',
    { folioSizes: [32 * kibibyte] },
    {},
    'unsupported',
    /^This kernel has no folios of 32 KiB\.$/,
  ],
  [
    'one folio size among several that is not allowed',
    { folioSizes: [4 * kibibyte, 2048 * kibibyte, 64 * kibibyte] },
    {},
    'unsupported',
    /^The THP settings of this kernel forbid folios of 64 KiB\.$/,
  ],
  [
    'remap without folios that one entry maps',
    { benchmarks: ['munmap', 'remap'], folioSizes: [4 * kibibyte] },
    {},
    'unsupported',
    /^remap replaces the one entry that maps a whole folio; folios of 4 KiB have none\.$/,
  ],
  [
    'a folio size that is not allowed',
    { folioSizes: [64 * kibibyte] },
    {},
    'unsupported',
    /^The THP settings of this kernel forbid folios of 64 KiB\.$/,
  ],
  [
    'a scheme that does not exist',
    {
      target: 'model',
      variants: [schemeVariant('nope', { label: 'x' })],
    },
    {},
    'bad-input',
    /^There is no scheme “nope”\.$/,
  ],
  [
    'a target the agent does not have',
    {},
    { targets: ['model'] },
    'unsupported',
    /^This agent cannot run the target “host”; it offers model\.$/,
  ],
]

test.each(refused)('%s is refused before anything is stored', async (_, change, behaviour, code, message) => {
  const bench = await makeBench()
  const { library } = bench
  const { session } = bench.open(behaviour)
  await expect(session.start(newRunId(), examplePlan(change))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    advice: expect.stringMatching(/./),
  })
  expect(await library.queries.listRuns({ includeDeleted: true })).toEqual([])
  await expectFree(bench.lockPlaces)
})

test('a missing agent is refused before anything is stored', async () => {
  const bench = await makeBench()
  const { ends, close } = createPortPair()
  onTestFinished(close)
  const session = new Session({
    startAgent: () => startChildAgent('/nowhere/folio-agent'),
    recording: connect(recordingApi, ends[1]).call,
    acquireLock: () => acquireRunLock(bench.lockPlaces),
    clock: systemClock,
    applicationVersion: 'test',
    events: { progressed: () => undefined, sampled: () => undefined, ended: () => undefined },
  })
  await expect(session.start(newRunId(), examplePlan())).rejects.toMatchObject({ code: 'agent-missing' })
})

test('a run of another kernel is not resumed, and stays as it was', async () => {
  const bench = await makeBench()
  const { library } = bench
  const first = bench.open({ refuseAtSample: 4 })
  const id = newRunId()
  await first.session.start(id, examplePlan())
  await first.session.finished()
  const second = bench.open({ facts: { kernel: { ...exampleFacts.kernel, release: '6.19.0' } } })
  await expect(second.session.resume(id)).rejects.toMatchObject({
    code: 'not-comparable',
    message: 'The run was started on kernel 6.15.0 #1 SMP; this is 6.19.0 #1 SMP.',
  })
  expect((await library.queries.getRun(id)).summary).toMatchObject({
    status: 'interrupted',
    sampleCount: 3,
  })
})

test('a library that dies in the middle of a run ends it without a claim to have stored it', async () => {
  const bench = await makeBench()
  const { library } = bench
  const { session, sampled, ended } = bench.open({ sampleMs: 2 })
  await session.start(newRunId(), examplePlan())
  await until(() => sampled.length > 3)
  library.close()
  expect(await session.finished()).toMatchObject({ status: 'failed' })
  expect(ended).toHaveLength(1)
  await expectFree(bench.lockPlaces)
})

test('a run of which no sample is valid has failed, with the cause', async () => {
  const bench = await makeBench()
  const { session } = bench.open({ allInvalid: true })
  const id = newRunId()
  await session.start(id, examplePlan())
  expect(await session.finished()).toMatchObject({
    status: 'failed',
    reason:
      'All rounds were run. 4 cases have no valid sample. ' +
      'The last one of cow, “a”: the region is not backed by folios.',
  })
  expect((await storedBy(bench).getRun(id)).summary).toMatchObject({
    status: 'failed',
    invalidCount: 36,
  })
})

test('one invalid sample among many is no reason to fail', async () => {
  const { session } = (await makeBench()).open({ invalidAtSample: 9 })
  await session.start(newRunId(), examplePlan())
  expect(await session.finished()).toMatchObject({ status: 'complete' })
})

test.each([
  ['a CPU that may not be used', examplePlan({ cpus: [0, 99] }), {}, 'CPU 99 is not among'],
  [
    'huge pages that the parent has switched off',
    examplePlan(),
    { thp: { ...exampleFacts.thp, disabledForProcess: true } },
    'Huge pages are switched off for this process',
  ],
  ['a machine without /sys', examplePlan(), { sysfs: 'missing' as const }, '/sys is not mounted'],
])('%s is refused before anything is stored', async (_what, plan, facts, message) => {
  const bench = await makeBench()
  const { session } = bench.open({ facts })
  await expect(session.start(newRunId(), plan)).rejects.toMatchObject({
    message: expect.stringContaining(message),
    advice: expect.stringMatching(/./),
  })
  expect(await storedBy(bench).listRuns({ includeDeleted: true })).toEqual([])
})

test('a run is not resumed on other processors', async () => {
  const bench = await makeBench()
  const first = bench.open({ refuseAtSample: 4 })
  const id = newRunId()
  await first.session.start(id, examplePlan())
  await first.session.finished()
  const second = bench.open({ facts: { scheduling: { ...usualScheduling, allowedCpus: '1' } } })
  await expect(second.session.resume(id)).rejects.toMatchObject({
    code: 'not-comparable',
    message: 'The run was started on all CPUs; now it would continue on CPU 1 alone.',
  })
})
