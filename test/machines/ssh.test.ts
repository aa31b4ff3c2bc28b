import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findMachineTool } from '../../build/setup/machine-tools.mjs'
import { kibibyte, mebibyte } from '../../engine/contract/units.ts'
import { schemeVariant } from '../../engine/contract/variant.ts'
import type { SampleRequest } from '../../engine/agent/agent.ts'
import { asRoot, unlessImpossible, unlessMissing } from '../fixtures/conditions.ts'
import {
  missingForSsh,
  startSshServer,
  type SshServer,
  type SshServerOptions,
} from '../fixtures/ssh-server.ts'
import { RemoteMachine } from '../../engine/remote/remote-machine.ts'

// A server, a connection, and what is lost is missed only after a while.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })

const agentPath = path.resolve('out/native/release/folio-agent')
const whereSsh = unlessMissing(missingForSsh())

const request: SampleRequest = {
  variant: schemeVariant('baseline'),
  cell: { benchmark: 'remap', parameters: { sizeBytes: 32 * mebibyte, folioBytes: 2 * mebibyte, tasks: 1 } },
  seed: 3,
  cpus: [],
}

/** Takes seconds, so that something can happen in the meantime. */
const longRequest: SampleRequest = {
  ...request,
  cell: { benchmark: 'fork', parameters: { sizeBytes: 4096 * mebibyte, folioBytes: 2 * mebibyte, tasks: 1 } },
}

const armEmulator = 'qemu-aarch64-static'

function missingForArm(): string | undefined {
  const isBuilt = existsSync('out/native/release/folio-agent-aarch64')
  if (isBuilt && findMachineTool(armEmulator) !== undefined) return undefined
  return 'the agent for 64-bit Arm (g++-aarch64-linux-gnu) and qemu-aarch64-static (qemu-user-static)'
}

async function reach(options: SshServerOptions = {}): Promise<{ server: SshServer; remote: RemoteMachine }> {
  const server = await startSshServer(options)
  vi.stubEnv('PATH', `${server.clientFolder}:${process.env.PATH ?? ''}`)
  const remote = new RemoteMachine(server.machine, { agentPath, lockName: `folio-lab-test-${randomUUID()}` })
  onTestFinished(async () => {
    await remote.close()
    vi.unstubAllEnvs()
  })
  return { server, remote }
}

test(
  'an agent on another machine does what one here does, and nothing of it lies there while it runs',
  whereSsh,
  async () => {
    const { server, remote } = await reach()
    const agent = await remote.startMeasuring()
    expect(server.files()).toEqual([])
    expect(server.processes()).toContain(agent.hello.pid)
    expect((await agent.facts()).privileges.root).toBe(false)
    expect(await agent.latencies()).not.toEqual([])
    expect(await agent.sample(request)).toMatchObject({ valid: true })
    const { busy, processors } = await remote.readProcessorTime()
    expect(busy).toBeGreaterThan(0)
    expect(processors).toBeGreaterThan(0)
    await agent.close()
    await remote.close()
    await expect.poll(server.processes).toEqual([])
    expect(server.files()).toEqual([])
  },
)

test(
  'an arm64 machine gets the agent for arm64',
  { ...whereSsh, ...unlessMissing(missingForArm()) },
  async () => {
    // The processor is emulated for this one program, which is what the shell becomes at the end.
    const emulated = `"s,exec /proc/self/fd/9,exec ${armEmulator} /proc/self/fd/9,"`
    const { server, remote } = await reach({
      copies: { [armEmulator]: findMachineTool(armEmulator) ?? '' },
      programs: {
        uname: '[ "$1" = -m ] && echo aarch64 || echo Linux',
        sh: `exec /bin/sh -c "$(printf %s "$2" | sed ${emulated})"`,
      },
    })
    const agent = await remote.startMeasuring()
    expect((await agent.facts()).cpu).toHaveProperty('name')
    expect(await agent.sample(request)).toMatchObject({ reason: null, valid: true })
    await agent.close()
    await remote.close()
    await expect.poll(server.processes, { timeout: 60_000 }).toEqual([])
    expect(server.files()).toEqual([])
  },
)

const hello = JSON.stringify({
  type: 'hello',
  protocol: 999,
  agent: '9.9',
  pid: 1,
  targets: ['host'],
  benchmarks: [],
  schemes: [],
  basePageBytes: 4096,
  returns: [],
})

// What runs in the place of the agent: the shell that would become it is another program.
test.each<[string, string, RegExp]>([
  ['speaks another version of the protocol', `echo '${hello}'; exec cat >/dev/null`, /version 999/],
  ['never ends a line', 'exec tr "\\0" x </dev/zero', /a line longer than/],
  ['prints lines without end', 'exec yes nonsense', /sent “nonsense”, which is not JSON/],
  ['says what no agent says', `echo '{"type":"sample","id":7}'; exec cat >/dev/null`, /sent “.*”, which is /],
  ['says nothing and ends', 'exit 0', /ended with status 0 during “hello”/],
])('a machine on which something %s is told, and nothing is left there', whereSsh, async (_, sh, message) => {
  const { server, remote } = await reach({ programs: { sh } })
  await expect(remote.startMeasuring()).rejects.toMatchObject({
    code: expect.stringMatching(/agent-protocol|agent-died/),
    message: expect.stringMatching(message),
  })
  await remote.close()
  await expect.poll(server.processes).toEqual([])
})

test('a shell that prints without end is given up', whereSsh, async () => {
  const { server, remote } = await reach({ serverSettings: ['ForceCommand exec yes'] })
  await expect(remote.startLooking()).rejects.toMatchObject({
    code: 'unreachable',
    message: '“guest” lets you in, but its shell prints without end.',
  })
  await remote.close()
  await expect.poll(server.processes).toEqual([])
})

test('a shell that runs no program is given up', whereSsh, async () => {
  const { server, remote } = await reach({ programs: { uname: 'exec sleep 600' } })
  await expect(remote.startLooking()).rejects.toMatchObject({
    code: 'unreachable',
    message: '“guest” lets you in, but its shell ran no program in time.',
    advice: expect.stringContaining('.bashrc'),
  })
  server.signalConnections('SIGKILL')
})

test('a command that the user’s configuration has for people is not run', whereSsh, async () => {
  const { remote } = await reach({ clientSettings: ['RemoteCommand exec sleep 600'] })
  const agent = await remote.startLooking()
  expect(await agent.facts()).toHaveProperty('cpu')
  await agent.close()
})

test('one agent measures a machine, and others may look at it', whereSsh, async () => {
  const { remote } = await reach()
  const agent = await remote.startMeasuring()
  await expect(remote.startMeasuring()).rejects.toMatchObject({ code: 'busy' })
  const second = await remote.startLooking()
  expect(await second.facts()).toHaveProperty('cpu')
  await second.close()
  await agent.close()
  await (await remote.startMeasuring()).close()
})

test.each<[string, SshServerOptions, object]>([
  [
    'a changed host key',
    { hostKey: 'changed' },
    { code: 'host-key', message: /a different host key/, advice: /ssh-keygen -R/ },
  ],
  [
    'an unknown host key',
    { hostKey: 'unknown' },
    { code: 'host-key', message: /not known yet/, advice: /by hand/ },
  ],
  [
    'a key that is not let in',
    { isAllowed: false },
    { code: 'not-permitted', message: /none of your keys/, advice: /ssh-copy-id/ },
  ],
  [
    'an architecture without an agent',
    { programs: { uname: '[ "$1" = -m ] && echo riscv64 || echo Linux' } },
    { code: 'agent-missing', message: /no agent for riscv64/ },
  ],
  [
    'another system',
    { programs: { uname: '[ "$1" = -m ] && echo x86_64 || echo FreeBSD' } },
    { code: 'unsupported', message: /runs FreeBSD/ },
  ],
  [
    'a copy that is cut short',
    { programs: { gzip: 'exit 1' } },
    { code: 'disk-full', message: /could not be copied/ },
  ],
])('%s is told, and nothing is left there', whereSsh, async (_, options, failure) => {
  const { server, remote } = await reach(options)
  const { code, message, advice } = failure as { code: string; message: RegExp; advice?: RegExp }
  await expect(remote.startMeasuring()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    ...(advice === undefined ? {} : { advice: expect.stringMatching(advice) }),
  })
  await remote.close()
  await expect.poll(server.processes).toEqual([])
  expect(server.files()).toEqual([])
})

test('a machine without space says which folders were tried', { ...whereSsh, ...asRoot }, async () => {
  const { remote } = await reach({ spaceKib: 1024 })
  await expect(remote.startMeasuring()).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/no place on “guest”.*tmp has 10\d\d KiB free;.*\/var\/tmp has/),
  })
})

test('a machine that sleeps is reported after the limit', whereSsh, async () => {
  const { server, remote } = await reach()
  server.signalListener('SIGSTOP')
  await expect(remote.startLooking()).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('did not answer within 10 seconds'),
    advice: expect.stringContaining('asleep'),
  })
})

test('a server that does not run is reported', whereSsh, async () => {
  const { server, remote } = await reach()
  server.signalListener('SIGKILL')
  await expect(remote.startLooking()).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('no ssh server'),
  })
})

const losses: [string, NodeJS.Signals][] = [
  ['is cut', 'SIGKILL'],
  ['falls silent, as when a machine falls asleep', 'SIGSTOP'],
]

test.each(losses)(
  'a connection that %s in mid-sample is reported, and the agent there ends',
  whereSsh,
  async (_, signal) => {
    const { server, remote } = await reach()
    const agent = await remote.startMeasuring()
    const sample = agent.sample(longRequest)
    const lost = expect(sample).rejects.toMatchObject({
      code: 'agent-died',
      message: expect.stringMatching(/The connection to “guest” was lost during “sample”/),
      advice: expect.stringContaining('resume'),
    })
    await expect.poll(() => server.processes().length, { timeout: 60_000 }).toBeGreaterThan(1)
    server.signalConnections(signal)
    await lost
    await expect.poll(server.processes, { timeout: 60_000 }).toEqual([])
    expect(server.files()).toEqual([])
    server.signalConnections('SIGKILL')
    await (await remote.startMeasuring()).close() // the lock is free again, and so is the way
  },
)

const changedFolio = 512 * kibibyte // a size that no other test changes the setting of
const folioSetting = '/sys/kernel/mm/transparent_hugepage/hugepages-512kB/enabled'
const isSwitchedOff = existsSync(folioSetting) && readFileSync(folioSetting, 'utf8').includes('[never]')

test.each(losses)(
  'what an agent set is undone when its connection %s in mid-sample',
  {
    ...whereSsh,
    ...asRoot,
    ...unlessImpossible(isSwitchedOff ? undefined : 'needs folios of 512 KiB that are switched off'),
  },
  async (_, signal) => {
    const before = readFileSync(folioSetting, 'utf8')
    const { server, remote } = await reach({ isRootThere: true })
    const agent = await remote.startMeasuring()
    expect(await agent.settings(changedFolio)).toMatchObject([{ path: folioSetting, to: 'madvise' }])
    expect(readFileSync(folioSetting, 'utf8')).toContain('[madvise]')
    const lost = expect(agent.sample(longRequest)).rejects.toMatchObject({ code: 'agent-died' })
    await expect.poll(() => server.processes().length, { timeout: 60_000 }).toBeGreaterThan(2)
    server.signalConnections(signal)
    await lost
    await expect.poll(() => readFileSync(folioSetting, 'utf8'), { timeout: 60_000 }).toBe(before)
    await expect.poll(server.processes, { timeout: 60_000 }).toEqual([])
    server.signalConnections('SIGKILL')
  },
)
