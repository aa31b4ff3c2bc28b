/**
 * A bisection as a run: the samples that it stores, what it leaves out, and how it goes
 * on after an interruption.
 */
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Agent } from '../agent/agent.ts'
import { recordingApi } from '../contract/api.ts'
import { Failure } from '../contract/failure.ts'
import { connect } from '../contract/ipc/connect.ts'
import { serve } from '../contract/ipc/serve.ts'
import { Plan } from '../contract/plan.ts'
import { mebibyte } from '../contract/units.ts'
import type { KernelVariant } from '../contract/variant.ts'
import { openLibrary, type Library } from '../library/library.ts'
import { createPortPair } from '../process/node-port.ts'
import { acquireRunLock } from '../process/run-lock.ts'
import { exampleFacts } from '../../test/fixtures/environment.ts'
import { testLockPlaces } from '../../test/fixtures/lock-places.ts'
import { exampleMeasurement, examplePlan, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { systemClock } from '../process/clock.ts'
import { Session } from './session.ts'

vi.setConfig({ testTimeout: 120_000 }) // a library is opened, on a machine that may be busy

/** What a kernel of the list counts for a page; null: it does not boot. */
type Kernels = readonly (number | null)[]

function planOf(kernels: Kernels): Plan {
  const variants = kernels.map((_, index): KernelVariant => ({
    target: 'vm',
    label: `6.${index}`,
    kernel: String(index),
    bootParameters: '',
    memoryBytes: 256 * mebibyte,
    cpus: 1,
    clock: 'instructions',
  }))
  const rest = {
    benchmarks: ['munmap' as const],
    stopping: { kind: 'rounds' as const, rounds: 3 },
    warmupRounds: 1,
  }
  return { ...examplePlan(), ...rest, target: 'vm', variants, bisection: { changePercent: 5 } }
}

/** The agent of this machine, or the one in a machine with a kernel, which is called `release`. */
function agentIn(count: number, release: string, onSample: () => void, machine?: Agent['machine']): Agent {
  function never(): Promise<never> {
    return Promise.reject(new Error('not asked for'))
  }
  return {
    hello: {
      type: 'hello',
      protocol: 3,
      agent: 'test',
      pid: 1,
      targets: ['host'],
      benchmarks: [{ name: 'munmap', metric: 'time', summary: '' }],
      schemes: [],
      basePageBytes: 4096,
      returns: [],
    },
    ...(machine && { machine }),
    facts: () => Promise.resolve({ ...exampleFacts, kernel: { ...exampleFacts.kernel, release } }),
    latencies: never,
    condition: never,
    settings: () => Promise.resolve([]),
    sample: () => {
      onSample()
      return Promise.resolve(exampleMeasurement(count * 8192))
    },
    counts: never,

    symbols: () => Promise.resolve([]),
    phone: () => Promise.reject(new Error('no test asks this')),
    counterexample: () => Promise.reject(new Error('no test asks this')),
    close: () => Promise.resolve(),
  }
}

async function makeBench() {
  const folder = temporaryFolder('bisection')
  const file = path.join(folder, 'library.sqlite')
  const library = await openLibrary({ path: file, isOwn: true, binding: null, now: Date.now })
  onTestFinished(() => library.close())
  return { library, open }

  /**
   * A session that boots these kernels, and which it has booted; `onSample` is
   * called before each sample.
   */
  function open(kernels: Kernels, onSample: (session: Session) => void = () => undefined, suffix = '') {
    const booted: number[] = []
    const { ends, close } = createPortPair()
    onTestFinished(close)
    serve(recordingApi, library.recording, ends[0])
    const session: Session = new Session({
      startAgent: kernel => {
        if (!kernel) return Promise.resolve(agentIn(0, exampleFacts.kernel.release, () => undefined))
        booted.push(Number(kernel.kernel))
        const count = kernels[Number(kernel.kernel)] ?? null
        if (count === null)
          return Promise.reject(new Failure('boot-failed', `${kernel.label} did not boot.\nIts console …`))
        const machine = { emulator: '9.0', accelerator: 'tcg', note: '', bootSeconds: 1 } as const
        return Promise.resolve(agentIn(count, `${kernel.label}${suffix}`, () => onSample(session), machine))
      },
      recording: connect(recordingApi, ends[1]).call,
      acquireLock: () => acquireRunLock(testLockPlaces(file)),
      clock: systemClock,
      applicationVersion: 'test',
      events: { progressed: () => undefined, sampled: () => undefined, ended: () => undefined },
    })
    return { session, booted }
  }
}

test.each([
  ['one kernel', { variants: planOf([1]).variants }, /a search needs at least two kernels/],
  [
    'times',
    { variants: planOf([1, 1]).variants.map(variant => ({ ...variant, clock: 'wall' as const })) },
    /a search compares counted instructions/,
  ],
  ['two benchmarks', { benchmarks: ['munmap', 'fork'] as const }, /a search takes one benchmark/],
  ['no change', { bisection: { changePercent: 0 } }, /a change must be above 0 %/],
])('a bisection of %s is refused', (_what, change, message) => {
  expect(Plan.safeParse({ ...planOf([1, 1]), ...change }).error?.message).toMatch(message)
})

test('a bisection may have more kernels than a comparison', () => {
  const { bisection: _, ...compared } = planOf(Array<number>(65).fill(1))
  expect(Plan.safeParse(compared).error?.message).toMatch(/at most 64 variants/)
  expect(Plan.safeParse(planOf(Array<number>(1000).fill(1))).success).toBe(true)
  expect(Plan.safeParse(planOf(Array<number>(1001).fill(1))).success).toBe(false)
})

async function measured(library: Library, id: string) {
  const { samples, environment, summary } = await library.queries.getRun(id)
  return {
    kernels: [...new Set(samples.map(({ variantIndex }) => variantIndex))],
    guests: environment.guests?.map(({ variantIndex, facts }) => [variantIndex, facts.kernel.release]),
    samples,
    summary,
  }
}

test('the kernels that the search asks for are booted and stored, the others are not', async () => {
  const { library, open } = await makeBench()
  const kernels = [100, 100, 101, 100, 100, 100, 90, 90, 90, 90]
  const [id, { session, booted }] = [newRunId(), open(kernels)]
  await session.start(id, planOf(kernels))
  const outcome = await session.finished()
  expect(outcome).toMatchObject({
    status: 'complete',
    reason: 'The first that differs by more than 5 % is 6.6.',
  })
  expect(booted).toHaveLength(new Set(booted).size)
  expect(booted.length).toBeLessThanOrEqual(2 + 4) // the ends, and halving what is between
  const run = await measured(library, id)
  expect(run.kernels.toSorted()).toEqual(booted.toSorted())
  expect(run.guests).toEqual(booted.map(index => [index, `6.${index}`]))
  expect(run.samples).toHaveLength(booted.length * 4) // one warms up
  expect(run.summary).toMatchObject({ status: 'complete', statusReason: outcome.reason })
  const report = await library.queries.bisection(id)
  expect(report).toMatchObject({ sentence: outcome.reason, changed: 6, unchanged: 5, booted: booted.length })
  expect(report!.kernels[6]).toEqual({
    ...{ label: '6.6', release: '6.6', count: 90, note: 'first that changed' },
    changePercent: expect.closeTo(-10),
  })
  expect(report!.kernels.filter(({ note }) => note === 'not needed')).toHaveLength(10 - booted.length)
})

test('a kernel that does not boot is stored with the reason, and the search goes around it', async () => {
  const { library, open } = await makeBench()
  const kernels = [100, null, 100, null, null, 80, 80, null]
  const [id, { session }] = [newRunId(), open(kernels)]
  await session.start(id, planOf(kernels))
  expect(await session.finished()).toMatchObject({
    status: 'complete',
    reason: 'The change lies after 6.2 and not after 6.5; the kernels in between cannot be measured.',
  })
  const { samples } = await measured(library, id)
  const broken = samples.filter(({ variantIndex }) => variantIndex === 7)
  expect(broken).toHaveLength(1)
  expect(broken[0]?.measurement).toMatchObject({ valid: false, reason: '6.7 did not boot.' })
})

test('where the first kernel does not boot the run does not begin, and nothing is stored', async () => {
  const { library, open } = await makeBench()
  const kernels = [null, 100]
  const { session } = open(kernels)
  await expect(session.start(newRunId(), planOf(kernels))).rejects.toThrow('6.0 did not boot')
  expect(await library.queries.listRuns({ includeDeleted: true })).toEqual([])
})

test('a bisection that was interrupted goes on where it was, and takes nothing twice', async () => {
  const { library, open } = await makeBench()
  const kernels = [100, null, 100, 100, 80, 80, 80, 80, null]
  const id = newRunId()
  let taken = 0
  const first = open(kernels, session => {
    // The first kernel, the one before the last, and half of a third.
    if (++taken === 10) session.cancel()
  })
  await first.session.start(id, planOf(kernels))
  expect(await first.session.finished()).toMatchObject({ status: 'cancelled' })
  const before = await measured(library, id)

  const second = open(kernels)
  await second.session.resume(id)
  expect(await second.session.finished()).toMatchObject({
    status: 'complete',
    reason: 'The first that differs by more than 5 % is 6.4.',
  })
  const after = await measured(library, id)
  expect(after.samples.filter(({ session }) => session === 0)).toEqual(before.samples)
  expect(new Set(after.samples.map(({ scheduleIndex }) => scheduleIndex)).size).toBe(after.samples.length)
  expect(second.booted).not.toContain(8) // known not to boot
  expect(after.guests?.map(([index]) => index)).toEqual([...new Set(after.guests?.map(([index]) => index))])
})

test('another image under the name of a kernel that was measured is not mixed with it', async () => {
  const { open } = await makeBench()
  const kernels = [100, 100, 80]
  const id = newRunId()
  const first = open(kernels, session => {
    session.cancel()
  })
  await first.session.start(id, planOf(kernels))
  await first.session.finished()
  const other = open(kernels, undefined, '-rebuilt')
  await expect(other.session.resume(id)).rejects.toThrow(
    /The run was started with kernel 6\.0 .*; this is kernel 6\.0-rebuilt/,
  )
})
