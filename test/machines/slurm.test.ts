import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Collection, FleetFile, FleetStatus } from '../../engine/contract/fleet.ts'
import type { RunFile } from '../../engine/contract/run-file.ts'
import { jobFolder, runFileIn } from '../../engine/fleet/job-folder.ts'
import { unlessMissing } from '../fixtures/conditions.ts'
import { LabProcess } from '../fixtures/lab-process.ts'
import { missingForSlurm, startCluster, type SlurmCluster } from '../fixtures/slurm-cluster.ts'

// Whole runs, one after another: all nodes are this machine.
vi.setConfig({ testTimeout: 590_000, hookTimeout: 120_000 })

const whereSlurm = unlessMissing(missingForSlurm() ?? missingRunner())
const nodes = ['n1', 'n2', 'n3']
const patience = { timeout: 200_000, interval: 100 }
/** The same where each look starts programs, which the jobs under way then have to do without. */
const calm = { ...patience, interval: 1_000 }
const smallRun = [
  '--target',
  'model',
  '--bench',
  'fork',
  '--variant',
  'baseline,all',
  '--size',
  '512M',
  '--samples',
  '40',
]

function missingRunner(): string | undefined {
  return existsSync('out/engine/runner.js') ? undefined : 'out/engine/runner.js (npm run build)'
}

async function openFleet(
  name: string,
  ...words: string[]
): Promise<{ lab: LabProcess; cluster: SlurmCluster; folder: string; fleet: FleetFile }> {
  const cluster = await startCluster(nodes)
  const lab = new LabProcess([cluster.programFolder, path.dirname(process.execPath)])
  const submitted = await lab.run(
    'fleet',
    'submit',
    name,
    '--folder',
    cluster.shared,
    ...smallRun,
    ...words,
    '--json',
  )
  expect(submitted.log).toBe('')
  return {
    lab,
    cluster,
    folder: path.join(cluster.shared, name),
    fleet: JSON.parse(submitted.output) as FleetFile,
  }
}

async function statusOf(lab: LabProcess, name: string): Promise<FleetStatus> {
  return JSON.parse((await lab.run('fleet', 'status', name, '--json')).output) as FleetStatus
}

async function collect(lab: LabProcess, name: string): Promise<Collection> {
  const [collection] = JSON.parse((await lab.run('fleet', 'collect', name, '--json')).output) as Collection[]
  expect(collection?.refused).toEqual([])
  return collection ?? { collected: [], known: 0, refused: [] }
}

test(
  'of twelve jobs, with a node drained, one killed and one requeued, each run is collected once and is of one node',
  whereSlurm,
  async () => {
    const { lab, cluster, folder, fleet } = await openFleet('dozen', '--jobs', '12')
    const [array] = fleet.submissions
    const killed = await measuringJob(folder, [])
    cluster.scancel(`${array?.arrayId ?? 0}_${killed}`)
    const requeued = await measuringJob(folder, [killed])
    cluster.scontrol('requeue', `${array?.arrayId ?? 0}_${requeued}`)
    // A job that has begun goes on where it began, so that this is a node of neither.
    const begunOn = [killed, requeued].map(index => nodeWithSamples(folder, index))
    const drained = nodes.find(node => !begunOn.includes(node)) ?? ''
    cluster.scontrol('update', `nodename=${drained}`, 'state=drain', 'reason=maintenance')

    const collected: string[] = []
    await expect
      .poll(async () => {
        // Again and again, while runs are being written.
        collected.push(...(await collect(lab, 'dozen')).collected)
        const { jobs } = await statusOf(lab, 'dozen')
        return jobs.filter(({ state }) => state === 'waiting' || state === 'running').length
      }, calm)
      .toBe(0)
    expect((await statusOf(lab, 'dozen')).jobs.filter(({ state }) => state === 'unfinished')).toMatchObject([
      { index: killed, detail: 'cancelled' },
    ])
    expect((await lab.run('fleet', 'submit', 'dozen', '--again')).status).toBe(0)
    await expect.poll(async () => (await statusOf(lab, 'dozen')).jobs[killed]?.state, calm).toBe('finished')
    collected.push(...(await collect(lab, 'dozen')).collected)
    expect(collected).toHaveLength(12)
    expect(new Set(collected).size).toBe(12)
    expect(await collect(lab, 'dozen')).toEqual({ name: 'dozen', collected: [], known: 12, refused: [] })

    const { jobs } = await statusOf(lab, 'dozen')
    expect(jobs.map(({ state }) => state)).toEqual(Array<string>(12).fill('collected'))
    expect(jobs.map(({ run }) => run).sort()).toEqual([...collected].sort())
    const files = await Promise.all(
      collected.map(async id => JSON.parse((await lab.run('runs', 'export', id, '-')).output) as RunFile),
    )
    for (const { run, environment, samples } of files) {
      const job = jobs.find(other => other.run === run.id)
      expect(environment.machine).toBe(job?.node) // what began the run is what has finished it
      expect(new Set(samples.map(({ scheduleIndex }) => scheduleIndex)).size).toBe(samples.length)
    }
    expect(new Set(files.map(({ plan }) => plan.seed)).size).toBe(1)
  },
)

test('jobs go to the nodes and to the constraints that were asked for', whereSlurm, async () => {
  const { lab } = await openFleet('placed', '--nodes', 'n3,n1', '--jobs', '2')
  await expect
    .poll(async () => (await statusOf(lab, 'placed')).jobs.map(({ state }) => state), calm)
    .toEqual(Array<string>(4).fill('finished'))
  expect((await statusOf(lab, 'placed')).jobs.map(({ node }) => node)).toEqual(['n3', 'n3', 'n1', 'n1'])
})

test('a fleet that is cancelled keeps what was measured, and goes on where it was', whereSlurm, async () => {
  const { lab, folder } = await openFleet('stopped', '--constraint', 'n2-feature')
  await expect.poll(() => nodeWithSamples(folder, 0), patience).toBe('n2')
  expect((await lab.run('fleet', 'cancel', 'stopped')).status).toBe(0)
  await expect.poll(async () => (await statusOf(lab, 'stopped')).jobs[0]?.state, calm).toBe('unfinished')
  const before = readFileSync(path.join(folder, 'jobs/0/n2/journal'), 'utf8').split('\n')[1]
  await lab.run('fleet', 'submit', 'stopped', '--again')
  await expect.poll(async () => (await statusOf(lab, 'stopped')).jobs[0]?.state, calm).toBe('finished')
  const after = readFileSync(path.join(folder, 'jobs/0/n2/journal'), 'utf8').split('\n')
  expect(after[1]).toBe(before)
  expect(await collect(lab, 'stopped')).toMatchObject({ collected: [expect.any(String)] })
})

test('without Slurm a fleet says so, and the script of its job does the same', async () => {
  const lab = new LabProcess([])
  const refused = await lab.run('fleet', 'submit', 'none', '--folder', '/nowhere', ...smallRun)
  expect(refused.status).not.toBe(0)
  const written = await lab.run('fleet', 'script', 'alone', ...smallRun)
  expect(written.output.startsWith('#!/bin/sh\n')).toBe(true)
  expect(spawnSync('sh', ['-n'], { input: written.output.split('\n__KIT__\n')[0] }).status).toBe(0)
})

/** The first job, but for those, that has taken a few samples and is not done. */
async function measuringJob(folder: string, others: readonly number[]): Promise<number> {
  let found = -1
  await expect
    .poll(() => {
      const jobs = Array.from({ length: 12 }, (_, index) => index).filter(index => !others.includes(index))
      found =
        jobs.find(
          index => nodeWithSamples(folder, index) !== undefined && !runFileIn(jobFolder(folder, index)),
        ) ?? -1
      return found
    }, patience)
    .toBeGreaterThanOrEqual(0)
  return found
}

/** The node on which a job has taken a few samples; undefined: none. */
function nodeWithSamples(folder: string, index: number): string | undefined {
  return nodes.find(node => {
    const journal = path.join(folder, 'jobs', String(index), node, 'journal')
    return existsSync(journal) && readFileSync(journal, 'utf8').split('\n').length > 4
  })
}
