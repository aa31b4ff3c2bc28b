/**
 * Sessions with the real agent on the running kernel and on the model, at sizes that
 * a busy machine can spare.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Agent } from '../agent/agent.ts'
import { startChildAgent } from '../agent/child-agent.ts'
import { recordingApi } from '../contract/api.ts'
import { benchmarkNames, isOfTarget, swapBytes } from '../contract/benchmark.ts'
import { connect } from '../contract/ipc/connect.ts'
import { serve } from '../contract/ipc/serve.ts'
import type { Plan } from '../contract/plan.ts'
import type { Run, RunOutcome } from '../contract/run.ts'
import { sampleValue } from '../contract/sample.ts'
import { gibibyte, kibibyte, mebibyte } from '../contract/units.ts'
import { reasonAgainst, schemeOfSwitches, switches, type Switches } from '../contract/own-variant.ts'
import { openLibrary } from '../library/library.ts'
import { createPortPair } from '../process/node-port.ts'
import { schemeVariant } from '../contract/variant.ts'
import { acquireRunLock } from '../process/run-lock.ts'
import { testLockPlaces } from '../../test/fixtures/lock-places.ts'
import { examplePlan, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { systemClock } from '../process/clock.ts'
import { inspectMachine } from './inspect-machine.ts'
import { Session } from './session.ts'

vi.setConfig({ testTimeout: 300_000 })

const agentPath = path.join(import.meta.dirname, '../../out/native/release/folio-agent')

const everyCombination = switches.reduce<Record<string, string>[]>(
  (made, { key, choices }) => made.flatMap(one => choices.map(({ word }) => ({ ...one, [key]: word }))),
  [{}],
) as unknown as Switches[]

function startAgent(): Promise<Agent> {
  return startChildAgent(agentPath)
}

test('the agent holds every combination of switches that is offered, and no other', async () => {
  const agent = await startAgent()
  onTestFinished(() => agent.close())
  const cell = {
    benchmark: 'munmap' as const,
    parameters: { sizeBytes: 65536, folioBytes: 65536, tasks: 1 },
  }
  const disagreed: string[] = []
  for (const chosen of everyCombination) {
    const variant = schemeVariant(schemeOfSwitches(chosen), { label: 'own' })
    const isHeld = await agent.counts({ variant, cell, seed: 1, cpus: [] }).then(
      () => true,
      () => false,
    )
    if (isHeld !== (reasonAgainst(chosen) === null)) disagreed.push(variant.scheme)
  }
  expect(disagreed).toEqual([])
})

test('the agent that measures has no trace of injected delays', () => {
  expect(readFileSync(agentPath).includes('FOLIO_TEST_DELAY')).toBe(false)
})

type Watch = Readonly<{ agentStarted?: (agent: Agent) => void; sampled?: (count: number) => void }>

/** Runs a plan to its end and returns what the library then holds. */
async function execute(plan: Plan, watch: Watch = {}): Promise<Readonly<{ outcome: RunOutcome; run: Run }>> {
  const folder = temporaryFolder('real')
  const location = { path: path.join(folder, 'library.sqlite'), isOwn: true, binding: null }
  const library = await openLibrary({ ...location, now: Date.now })
  onTestFinished(() => library.close())
  const { ends, close } = createPortPair()
  onTestFinished(close)
  serve(recordingApi, library.recording, ends[0])
  let count = 0
  const session = new Session({
    startAgent: async () => {
      const agent = await startAgent()
      watch.agentStarted?.(agent)
      return agent
    },
    recording: connect(recordingApi, ends[1]).call,
    acquireLock: () => acquireRunLock(testLockPlaces(location.path)),
    clock: systemClock,
    applicationVersion: 'test',
    events: {
      progressed: () => undefined,
      sampled: ({ samples }) => watch.sampled?.((count += samples.length)),
      ended: () => undefined,
    },
  })
  const id = newRunId()
  await session.start(id, plan)
  const outcome = await session.finished()
  return { outcome, run: await library.queries.getRun(id) }
}

/** What kernels have. */
const kernelNames = benchmarkNames.filter(name => isOfTarget(name, 'host'))

test('this machine tells its facts, and its checks are made', async () => {
  const { environment, hello, preflight } = await inspectMachine(startAgent, 'test', systemClock)
  const release = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()
  expect(environment.facts.kernel.release).toBe(release)
  expect(environment.facts.memory.totalBytes).toBeGreaterThan(64 * mebibyte)
  expect(hello.benchmarks.map(({ name }) => name).sort()).toEqual([...kernelNames].sort())
  expect(preflight.every(({ finding }) => finding !== '')).toBe(true)
})

test('all benchmarks of this kernel give samples with positive, finite values', async () => {
  const { environment } = await inspectMachine(startAgent, 'test', systemClock)
  const benchmarks = kernelNames.filter(
    name => swapBytes(name, 32 * mebibyte) <= environment.facts.memory.swapFreeBytes,
  )
  const plan = examplePlan({
    benchmarks,
    folioSizes: [4 * kibibyte, 2 * mebibyte],
    tasks: [1, 2],
    stopping: { kind: 'rounds', rounds: 1 },
    warmupRounds: 0,
  })
  const { outcome, run } = await execute(plan)
  expect(outcome).toMatchObject({ status: 'complete' })
  expect(new Set(run.cells.map(({ benchmark }) => benchmark))).toEqual(new Set(benchmarks))
  expect(run.samples).toHaveLength(run.cells.length * run.plan.variants.length)
  for (const { cellIndex, measurement, roundTripNs } of run.samples) {
    const { benchmark, parameters } = run.cells[cellIndex]!
    expect(measurement, `${benchmark}: ${measurement.reason}`).toMatchObject({ valid: true, reason: null })
    expect(sampleValue(benchmark, 'wall', measurement)).toBeGreaterThan(0)
    expect(measurement.tasks).toHaveLength(parameters.tasks)
    expect(measurement.setupNs + measurement.elapsedNs + measurement.teardownNs).toBeLessThan(roundTripNs)
  }
})

test('the stages of the model run as variants', async () => {
  const variants = ['baseline', 'all'].map(scheme => schemeVariant(scheme, { work: 'accounting' }))
  const plan = examplePlan({
    target: 'model',
    variants,
    stopping: { kind: 'rounds', rounds: 2 },
    warmupRounds: 0,
  })
  const { outcome, run } = await execute(plan)
  expect(outcome).toMatchObject({ status: 'complete' })
  expect(run.summary.invalidCount).toBe(0)
  // Rounds that something disturbed are replaced.
  expect(run.summary.sampleCount).toBeGreaterThanOrEqual(8)
})

test('an agent that is killed in the middle of a run is replaced, and nothing of it is left', async () => {
  const pids: number[] = []
  const plan = examplePlan({ benchmarks: ['cow'], stopping: { kind: 'rounds', rounds: 6 } })
  const { outcome, run } = await execute(plan, {
    agentStarted: agent => pids.push(agent.hello.pid),
    sampled: count => {
      if (count >= 3 && pids.length === 1) process.kill(pids[0]!, 'SIGKILL')
    },
  })
  expect(outcome).toMatchObject({ status: 'complete' })
  expect(pids).toHaveLength(2)
  // All that was planned, once each; rounds that something disturbed are repeated after them.
  const taken = run.samples.map(sample => sample.scheduleIndex)
  expect(taken.slice(0, 14)).toEqual([...Array(14).keys()])
  expect(new Set(taken).size).toBe(taken.length)
  await vi.waitFor(() => expect(processesWithin(pids)).toEqual([]), { timeout: 10_000 })
})

test('a region that does not fit is refused with what is there', async () => {
  const { environment } = await inspectMachine(startAgent, 'test', systemClock)
  const gibibytes = Math.ceil(environment.facts.memory.totalBytes / gibibyte)
  await expect(execute(examplePlan({ sizeBytes: gibibytes * gibibyte }))).rejects.toMatchObject({
    code: 'not-enough-memory',
    message: expect.stringMatching(
      /^The largest case needs \d+ GiB of memory; [\d.]+ [GM]iB are available\.$/,
    ),
  })
})

/** Processes whose process group is one of the agents'; each agent leads its own. */
function processesWithin(groups: readonly number[]): string[] {
  return execFileSync('ps', ['-eo', 'pgid=,pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter(line => groups.includes(Number(line.trim().split(/\s+/)[0])))
}
