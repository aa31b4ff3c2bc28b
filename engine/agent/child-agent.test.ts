import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Failure } from '../contract/failure.ts'
import { mebibyte } from '../contract/units.ts'
import { fakeAgentPath, type FakeAgentBehaviour } from '../../test/fakes/fake-agent-path.ts'
import { exampleFacts, exampleLatencies } from '../../test/fixtures/environment.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import type { Agent, SampleRequest } from './agent.ts'
import { startAgentProgram, startChildAgent } from './child-agent.ts'

vi.setConfig({ testTimeout: 120_000 }) // processes are started, on a machine that may be busy

const request: SampleRequest = {
  variant: { target: 'host', label: 'any' },
  cell: { benchmark: 'cow', parameters: { sizeBytes: 32 * mebibyte, folioBytes: 2 * mebibyte, tasks: 1 } },
  seed: 3,
  cpus: [],
}

async function startFake(behaviour: FakeAgentBehaviour, quick = 60_000): Promise<Agent> {
  const folder = temporaryFolder('agent')
  const limits = { start: quick, quick, perGibibyte: 0, end: 1000 }
  const agent = await startChildAgent(fakeAgentPath(folder, behaviour), limits)
  onTestFinished(() => agent.close())
  return agent
}

test('facts, latencies, conditioning, settings and samples are answered in turn', async () => {
  const agent = await startFake({})
  expect(agent.hello).toMatchObject({ agent: '0.1.0', targets: ['host', 'model'] })
  expect(await agent.facts()).toEqual(exampleFacts)
  expect(await agent.latencies()).toEqual(exampleLatencies)
  const progress: number[] = []
  await agent.condition(64 * mebibyte, done => progress.push(done))
  expect(progress).toEqual([1, 2])
  expect(await agent.settings(2 * mebibyte)).toEqual([])
  expect(await agent.sample(request)).toMatchObject({ valid: true, reason: null, setupNs: 10 })
})

test('an agent that is to rest is stopped while nothing is asked of it, and ends when it is closed', async () => {
  const folder = temporaryFolder('agent')
  const agent = await startAgentProgram(
    {
      name: 'resting agent',
      file: fakeAgentPath(folder, {}),
      words: ['serve'],
      descriptors: [],
      hear: null,
      endsWithInput: false,
      restsUnasked: true,
      startFailure: ({ message }) => new Failure('agent-missing', message, ''),
      deathFailure: ({ how }) => new Failure('agent-died', how, ''),
    },
    { start: 60_000, quick: 60_000, perGibibyte: 0, end: 60_000 },
  )
  const pid = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .at(-1)
  await expect.poll(() => stateOf(pid)).toBe('T')
  expect(await agent.sample(request)).toMatchObject({ valid: true })
  await expect.poll(() => stateOf(pid)).toBe('T')
  await agent.close()
  expect(stateOf(pid)).toBeNull()
})

/** The letter that proc(5) has for what a process does; null when it is gone. */
function stateOf(pid: string | undefined): string | null {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? null
  } catch {
    return null
  }
}

test('an agent that answered while this process was stopped is heard', async () => {
  const folder = temporaryFolder('agent')
  const limits = { start: 60_000, quick: 1000, perGibibyte: 0, end: 1000 }
  const agent = await startChildAgent(fakeAgentPath(folder, {}), limits)
  onTestFinished(() => agent.close())
  const answer = agent.sample(request)
  await new Promise(setImmediate) // the request is on its way
  stopThisProcess(4 * limits.quick)
  expect(await answer).toMatchObject({ valid: true })
})

/** As if by Ctrl-Z and fg: nothing of this process runs in the meantime. */
function stopThisProcess(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test('an agent that dies says how and what it logged last', async () => {
  const agent = await startFake({ dieAtSample: 2 })
  await agent.sample(request)
  const death = {
    code: 'agent-died',
    message: 'The agent ended by signal SIGKILL during “sample”. Its log ends: fake agent: ready',
  }
  await expect(agent.sample(request)).rejects.toMatchObject(death)
  await expect(agent.sample(request)).rejects.toMatchObject(death)
})

test('a line that is not a reply is quoted, and the agent is given up', async () => {
  const agent = await startFake({ garbageAtSample: 1 })
  const broken = {
    code: 'agent-protocol',
    message: 'The agent sent “no JSON at all”, which is not JSON.',
    advice: expect.stringContaining('npm run setup'),
  }
  await expect(agent.sample(request)).rejects.toMatchObject(broken)
  await expect(agent.sample(request)).rejects.toMatchObject(broken)
})

test('a silent agent is given up after the limit', async () => {
  const agent = await startFake({ silentAtSample: 1 }, 4000)
  await expect(agent.sample(request)).rejects.toMatchObject({
    code: 'agent-protocol',
    message: expect.stringMatching(/said nothing for 4 s after “sample”/),
  })
})

test('what the agent refuses is a failure with its own words and leaves it usable', async () => {
  const agent = await startFake({ refuseAtSample: 1 })
  await expect(agent.sample(request)).rejects.toMatchObject({
    code: 'not-enough-memory',
    message: 'Only 1 MiB is available.',
    advice: expect.stringContaining('smaller size'),
  })
  expect(await agent.sample(request)).toMatchObject({ valid: true })
})

test('an agent of another protocol version is refused', async () => {
  await expect(startFake({ protocol: 99 })).rejects.toMatchObject({
    code: 'agent-protocol',
    message: expect.stringMatching(/speaks version 99 of the protocol; this program speaks \d+\./),
  })
})

test('a program that does not exist is a missing agent', async () => {
  await expect(startChildAgent('/nowhere/folio-agent')).rejects.toMatchObject({
    code: 'agent-missing',
    advice: 'Build it with “npm run setup”.',
  })
})

test('closing in the middle of a sample ends the agent at once', async () => {
  const agent = await startFake({ silentAtSample: 1 })
  const sample = agent.sample(request)
  const rejected = expect(sample).rejects.toMatchObject({ code: 'agent-died' })
  await agent.close()
  await rejected
})
