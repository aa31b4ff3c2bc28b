/** Fleets by what their folders hold, on a machine without Slurm. */
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Collection, FleetFile, FleetStatus } from '../contract/fleet.ts'
import type { RunId } from '../contract/run.ts'
import { exportRun } from '../exchange/export-run.ts'
import { LabProcess } from '../../test/fixtures/lab-process.ts'
import { examplePlan, exampleSamples, runOf } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { jobFolder } from './job-folder.ts'

vi.setConfig({ testTimeout: 120_000 })

/** A folder as `submit` makes it and nodes fill it: each job has its run. */
function fleetFolder(parent: string, name: string, jobs: number): { folder: string; runs: RunId[] } {
  const folder = path.join(parent, name)
  const description: FleetFile = {
    format: 'folio-lab/fleet/1',
    name,
    createdAt: 1,
    lockName: 'folio-lab-test',
    words: {
      preset: 'quick',
      target: 'model',
      work: 'full',
      form: 'sound',
      readers: '0',
      returns: 'host',
    },
    jobs: Array.from({ length: jobs }, () => ({ node: null, constraint: null })),
    submissions: [{ arrayId: 1, jobs: Array.from({ length: jobs }, (_, index) => index) }],
  }
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'fleet.json'), JSON.stringify(description))
  const plan = examplePlan({ benchmarks: ['fork'] })
  const runs = description.jobs.map((_, index) => {
    const run = runOf(
      plan,
      exampleSamples(plan, () => 1000 + index),
    )
    const node = path.join(jobFolder(folder, index), 'n1')
    mkdirSync(node, { recursive: true })
    writeFileSync(
      path.join(node, `${run.summary.id}.folio-run.json`),
      [...exportRun(run, run.samples)].join(''),
    )
    return run.summary.id
  })
  return { folder, runs }
}

async function collectOf(lab: LabProcess, ...words: string[]): Promise<Collection[]> {
  const { output } = await lab.run('fleet', 'collect', ...words, '--json')
  return JSON.parse(output) as Collection[]
}

async function statusOf(lab: LabProcess): Promise<FleetStatus[]> {
  return JSON.parse((await lab.run('fleet', 'status', '--json')).output) as FleetStatus[]
}

test('two who collect at the same time take each run once, and nobody is refused', async () => {
  const lab = new LabProcess([])
  const { folder, runs } = fleetFolder(temporaryFolder('fleets'), 'many', 40)
  expect((await lab.run('fleet', 'add', folder)).status).toBe(0)
  await lab.run('runs', 'list') // so that neither makes the library
  const both = await Promise.all([collectOf(lab, 'many'), collectOf(lab, 'many')])
  const all = both.flat()
  expect(all.flatMap(({ refused }) => refused)).toEqual([])
  expect(all.flatMap(({ collected }) => collected).sort()).toEqual([...runs].sort())
  for (const { collected, known } of all) expect(collected.length + known).toBe(40)
})

test('a fleet whose folder was moved hides no other, and is found again by its folder', async () => {
  const lab = new LabProcess([])
  const [before, after] = [temporaryFolder('fleets'), temporaryFolder('fleets')]
  const moved = fleetFolder(before, 'moved', 2)
  const other = fleetFolder(before, 'other', 1)
  for (const { folder } of [moved, other]) await lab.run('fleet', 'add', folder)
  renameSync(moved.folder, path.join(after, 'moved'))

  const lost = await statusOf(lab)
  expect(lost).toMatchObject([
    { name: 'moved', jobs: [], failure: { code: 'not-found', advice: expect.stringContaining('fleet add') } },
    { name: 'other', jobs: [{ state: 'finished' }], failure: null },
  ])
  expect((await lab.run('fleet', 'status')).output).toContain('The folder of the fleet is not here')
  const partly = await lab.run('fleet', 'collect', '--json')
  expect(partly.status).toBe(1)
  expect(JSON.parse(partly.output)).toMatchObject([
    { name: 'moved', collected: [], refused: [expect.stringContaining('is not here')] },
    { name: 'other', collected: other.runs },
  ])

  expect((await lab.run('fleet', 'add', path.join(after, 'moved'))).status).toBe(0)
  const [collection] = await collectOf(lab, 'moved')
  expect([...(collection?.collected ?? [])].sort()).toEqual([...moved.runs].sort())
})

test('a fleet is forgotten without a trace on the list, and no other may take its name before', async () => {
  const lab = new LabProcess([])
  const first = fleetFolder(temporaryFolder('fleets'), 'zen', 1)
  const second = fleetFolder(temporaryFolder('fleets'), 'zen', 1)
  await lab.run('fleet', 'add', first.folder)
  const refused = await lab.run('fleet', 'add', second.folder)
  expect(refused.status).toBe(2)
  expect(refused.log).toContain(`There is a fleet “zen” already, in ${first.folder}.`)
  expect((await lab.run('fleet', 'forget', 'zen')).status).toBe(0)
  expect(await statusOf(lab)).toEqual([])
  expect((await lab.run('fleet', 'add', second.folder)).status).toBe(0)
  expect((await statusOf(lab))[0]?.folder).toBe(second.folder)
})

test('a folder that is no fleet is refused, and what else lies in one is no job', async () => {
  const lab = new LabProcess([])
  const nothing = await lab.run('fleet', 'add', temporaryFolder('fleets'))
  expect(nothing).toMatchObject({ status: 2, log: expect.stringContaining('fleet.json') })
  const { folder } = fleetFolder(temporaryFolder('fleets'), 'odd', 1)
  symlinkSync('/nowhere', path.join(jobFolder(folder, 0), 'dangling'))
  writeFileSync(path.join(jobFolder(folder, 0), 'n1', 'notes.folio-run.json'), '{}')
  mkdirSync(path.join(jobFolder(folder, 0), 'ünï côde; rm -rf'))
  await lab.run('fleet', 'add', folder)
  expect((await statusOf(lab))[0]?.jobs).toMatchObject([{ state: 'finished', node: 'n1' }])
})

test('a run file that is none is refused by its name, and the others are taken', async () => {
  const lab = new LabProcess([])
  const { folder, runs } = fleetFolder(temporaryFolder('fleets'), 'hostile', 2)
  const file = path.join(jobFolder(folder, 1), 'n1', `${runs[1] ?? ''}.folio-run.json`)
  writeFileSync(file, '{"format":"folio-lab/run/1","samples":"none"}')
  await lab.run('fleet', 'add', folder)
  const ended = await lab.run('fleet', 'collect', 'hostile', '--json')
  expect(ended.status).toBe(1)
  expect(JSON.parse(ended.output)).toMatchObject([
    { collected: [runs[0]], refused: [expect.stringContaining(file)] },
  ])
})
