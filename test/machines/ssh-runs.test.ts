import { spawnSync } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { schedule } from '../../engine/plan/schedule.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import type { Sample } from '../../engine/contract/sample.ts'
import { unlessImpossible, unlessMissing } from '../fixtures/conditions.ts'
import { LabProcess } from '../fixtures/lab-process.ts'
import { missingForSsh, startSshServer, type SshServer } from '../fixtures/ssh-server.ts'

// Whole runs over connections that are lost.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const whereSsh = unlessMissing(missingForSsh())
const smallRun = [
  '--bench',
  'remap',
  '--target',
  'model',
  '--variant',
  'baseline,all',
  '--size',
  '32M',
  '--warmup',
  '1',
]

const canMakeNamespaces = spawnSync('unshare', ['--map-current-user', '--net', 'true']).status === 0
/** Gives each agent a network namespace, and so the lock of a machine of its own. */
const ownNetwork = { sh: 'exec unshare --map-current-user --net /bin/sh "$@"' }

async function addMachine(lab: LabProcess, { machine }: SshServer): Promise<void> {
  const { name, address, user, port, key } = machine
  const added = await lab.run(
    ...['machines', 'add', name, address, '--user', user ?? '', '--port', String(port), '--key', key ?? ''],
  )
  expect(added).toMatchObject({ status: 0 })
}

async function openLab(
  names: readonly string[],
  programs: Readonly<Record<string, string>> = {},
): Promise<{ lab: LabProcess; servers: SshServer[] }> {
  const servers = await Promise.all(names.map(name => startSshServer({ name, programs })))
  const lab = new LabProcess(servers.map(({ clientFolder }) => clientFolder))
  for (const server of servers) await addMachine(lab, server)
  return { lab, servers }
}

test(
  'whatever an agent offers works on another machine, and the run says which one it was',
  whereSsh,
  async () => {
    const { lab, servers } = await openLab(['epyc'])
    const facts = await lab.run('facts', '--on', 'epyc', '--json')
    expect(JSON.parse(facts.output)).toMatchObject({
      environment: { machine: 'epyc', facts: { privileges: { root: false } } },
    })
    const run = await lab.run('run', '--on', 'epyc', ...smallRun, '--samples', '6', '--json')
    expect(run).toMatchObject({ status: 0 })
    expect(JSON.parse(run.output)).toMatchObject({ environment: { machine: 'epyc' } })
    const calibration = await lab.run(
      ...[
        'calibrate',
        '--on',
        'epyc',
        '--target',
        'model',
        '--bench',
        'remap',
        '--size',
        '32M',
        '--budget',
        '2s',
      ],
    )
    expect(calibration).toMatchObject({ status: 0 })
    const advice = await lab.run('advise', '--on', 'epyc', '--budget', '3s', '--json')
    expect(JSON.parse(advice.output)).toMatchObject({ environment: { machine: 'epyc' } })
    const unknown = await lab.run('run', '--on', 'xeon')
    expect(unknown).toMatchObject({
      status: 2,
      log: expect.stringContaining('There is no machine “xeon” in the list'),
    })
    for (const server of servers) {
      await expect.poll(server.processes).toEqual([])
      expect(server.files()).toEqual([])
    }
  },
)

test(
  'a run whose connection is lost in mid-sample is resumed with the same schedule, and nothing is left there',
  whereSsh,
  async () => {
    const { lab, servers } = await openLab(['epyc'])
    const [server] = servers
    const started = lab.start([
      'run',
      '--on',
      'epyc',
      ...smallRun,
      '--size',
      '1G',
      '--samples',
      '12',
      '--seed',
      '7',
      '--json',
    ])
    // A worker takes a sample.
    await expect.poll(() => server?.processes().length, { timeout: 120_000 }).toBeGreaterThan(1)
    await expect.poll(() => sampled(lab), { timeout: 120_000 }).toBeGreaterThan(3)
    server?.signalListener('SIGSTOP') // nobody gets in again
    server?.signalConnections('SIGKILL')
    const lost = await started.ended
    expect(lost).toMatchObject({ status: 1 })
    expect(lost.log).toMatch(/failed: “epyc” \(127\.0\.0\.1\) did not answer within 10 seconds/)
    await expect.poll(() => server?.processes()).toEqual([])
    expect(server?.files()).toEqual([])

    const [interrupted] = JSON.parse((await lab.run('runs', 'list', '--json')).output) as {
      id: string
      sampleCount: number
    }[]
    expect(interrupted?.sampleCount).toBeLessThan(26)
    server?.signalListener('SIGCONT')
    const resumed = await lab.run('runs', 'resume', interrupted?.id ?? '')
    expect(resumed).toMatchObject({ status: 0 })
    const file = JSON.parse((await lab.run('runs', 'export', interrupted?.id ?? '', '-')).output) as {
      plan: Plan
      samples: Sample[]
    }
    // Rounds that something disturbed are repeated after all that was planned.
    const planned = [...schedule(file.plan)].flat().map(({ block, ...place }) => place)
    expect(file.samples.slice(0, planned.length)).toMatchObject(planned)
    expect(new Set(file.samples.map(({ session }) => session))).toEqual(new Set([0, 1]))
    await expect.poll(() => server?.processes()).toEqual([])
  },
)

test('two names of one machine are noticed: one run has it, and the other is refused', whereSsh, async () => {
  const { lab, servers } = await openLab(['epyc', 'xeon'])
  const both = await lab.run('run', '--on', 'epyc,xeon', ...smallRun, '--samples', '6', '--json')
  expect(both.status).toBe(1)
  expect(JSON.parse(both.output)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ run: expect.objectContaining({ status: 'complete' }) }),
      { machine: expect.any(String), failure: expect.objectContaining({ code: 'busy' }) },
    ]),
  )
  for (const server of servers) await expect.poll(server.processes).toEqual([])
})

test(
  'several machines are measured at once, each with a run of its own and all in one order',
  { ...whereSsh, ...unlessImpossible(canMakeNamespaces ? undefined : 'this user may not make namespaces') },
  async () => {
    const { lab, servers } = await openLab(['epyc', 'xeon', 'ampere'], ownNetwork)
    const all = await lab.run('run', '--on', 'epyc,xeon,ampere', ...smallRun, '--samples', '6', '--json')
    expect(all).toMatchObject({ status: 0 })
    const runs = JSON.parse(all.output) as { run: { id: string }; environment: { machine: string } }[]
    expect(runs.map(({ environment }) => environment.machine)).toEqual(['epyc', 'xeon', 'ampere'])
    const plans = await Promise.all(
      runs.map(
        async ({ run }) =>
          (JSON.parse((await lab.run('runs', 'export', run.id, '-')).output) as { plan: Plan }).plan,
      ),
    )
    expect(new Set(plans.map(({ seed }) => seed)).size).toBe(1)
    for (const server of servers) await expect.poll(server.processes).toEqual([])
  },
)

/** Samples of the newest run. */
async function sampled(lab: LabProcess): Promise<number> {
  const [run] = JSON.parse((await lab.run('runs', 'list', '--json')).output) as { sampleCount: number }[]
  return run?.sampleCount ?? 0
}
