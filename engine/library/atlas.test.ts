import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Advice } from '../contract/advice.ts'
import { exportRun } from '../exchange/export-run.ts'
import { exampleAdvice } from '../../test/fixtures/advice.ts'
import { environmentOf, exampleMachines, runOn, type ExampleMachine } from '../../test/fixtures/machines.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openLibrary, type Library } from './library.ts'

const [xeon, epyc] = exampleMachines

async function emptyLibrary(): Promise<Library> {
  const file = path.join(temporaryFolder('atlas'), 'library.sqlite')
  const library = await openLibrary({ path: file, isOwn: true, binding: null, now: Date.now })
  onTestFinished(() => library.close())
  return library
}

function adviceOn(machine: ExampleMachine, change: Partial<Advice> = {}): Advice {
  return exampleAdvice({ id: randomUUID(), environment: environmentOf(machine), ...change })
}

function runFileOf(machine: ExampleMachine): string {
  const run = runOn(machine)
  return [...exportRun(run, run.samples)].join('')
}

test('an empty library has an empty atlas', async () => {
  const library = await emptyLibrary()
  expect(await library.queries.atlas()).toEqual({ machines: [], stages: [], benchmarks: [] })
})

test('answers and stages of one machine stand together, machines by family', async () => {
  const library = await emptyLibrary()
  await library.recording.recordAdvice(adviceOn(xeon!, { verdict: 'helps', returns: 'plain' }))
  await library.queries.importForAtlas(runFileOf(xeon!))
  await library.queries.importForAtlas(runFileOf(epyc!))
  const { machines, stages, benchmarks } = await library.queries.atlas()
  expect(machines.map(({ cpu, returns }) => [cpu, returns])).toEqual([
    ['AMD EPYC 7313', 'safe-ret'],
    ['Intel Xeon Silver 4210R', 'plain'],
  ])
  expect([stages, benchmarks]).toEqual([
    ['batch', 'exclusive'],
    ['remap', 'munmap'],
  ])
  expect(machines[1]?.answers.map(({ verdict }) => verdict)).toEqual(['helps'])
  expect(machines[0]?.answers).toEqual([])
  const change = machines[0]?.changes.find(
    ({ stage, benchmark }) => stage === 'exclusive' && benchmark === 'remap',
  )
  expect(change).toMatchObject({ percent: expect.closeTo(7, 0), finding: 'hurts' })
})

test('an answer from a clock that tells less than a millisecond is taken as it is', async () => {
  const library = await emptyLibrary()
  const advice = adviceOn(xeon!, { createdAt: 1_760_000_000_000.5 })
  const file = JSON.stringify({ format: 'folio-lab/advices/1', advices: [advice] })
  expect(await library.queries.importForAtlas(file)).toEqual({ run: null, advices: 1 })
  const { machines } = await library.queries.atlas()
  expect(machines[0]?.answers[0]?.createdAt).toBe(1_760_000_000_000.5)
})

test('the newest answer of a machine counts, for each kind of returns by itself', async () => {
  const library = await emptyLibrary()
  for (const [createdAt, verdict] of [
    [2000, 'hurts'],
    [1000, 'helps'],
  ] as const)
    await library.recording.recordAdvice(adviceOn(epyc!, { createdAt, verdict, returns: 'safe-ret' }))
  await library.recording.recordAdvice(
    adviceOn(epyc!, { createdAt: 1500, verdict: 'helps', returns: 'plain' }),
  )
  const { machines } = await library.queries.atlas()
  expect(machines[0]?.answers.map(({ returns, verdict }) => [returns, verdict]).sort()).toEqual([
    ['plain', 'helps'],
    ['safe-ret', 'hurts'],
  ])
})

test('what was measured here is not replaced by what a file says of the same machine, however new', async () => {
  const [here, there] = [await emptyLibrary(), await emptyLibrary()]
  await here.recording.recordAdvice(adviceOn(epyc!, { verdict: 'helps', createdAt: 1000 }))
  await there.recording.recordAdvice(adviceOn(epyc!, { verdict: 'hurts', createdAt: 4e12 }))
  await there.recording.recordAdvice(adviceOn(xeon!, { verdict: 'hurts', createdAt: 4e12 }))
  await here.queries.importForAtlas(await there.queries.exportAdvices())
  const { machines } = await here.queries.atlas()
  expect(machines.map(({ cpu, answers }) => [cpu, answers.map(({ verdict }) => verdict)])).toEqual([
    ['AMD EPYC 7313', ['helps']],
    ['Intel Xeon Silver 4210R', ['hurts']],
  ])
})

test('answers travel in a file without the kernel command line, join once, and are no advice of this library', async () => {
  const [here, there] = [await emptyLibrary(), await emptyLibrary()]
  await there.recording.recordAdvice(adviceOn(epyc!, { verdict: 'hurts' }))
  const text = await there.queries.exportAdvices()
  expect(text).toContain('"commandLine": null')
  expect(await here.queries.importForAtlas(text)).toEqual({ run: null, advices: 1 })
  expect(await here.queries.importForAtlas(text)).toEqual({ run: null, advices: 0 })
  expect((await here.queries.atlas()).machines.map(({ cpu }) => cpu)).toEqual(['AMD EPYC 7313'])
  expect(await here.queries.listAdvices()).toEqual([])
  expect(await here.queries.exportAdvices()).not.toContain('EPYC')
})

test('an answer that was deleted is in no list and no atlas, and comes back for a day', async () => {
  let now = 1e12
  const file = path.join(temporaryFolder('atlas'), 'library.sqlite')
  const library = await openLibrary({ path: file, isOwn: true, binding: null, now: () => now })
  onTestFinished(() => library.close())
  const { queries } = library
  const id = randomUUID()
  await library.recording.recordAdvice(adviceOn(epyc!, { id, verdict: 'hurts' }))
  const text = await queries.exportAdvices()
  async function answersShown(): Promise<number[]> {
    return [await queries.listAdvices(), (await queries.atlas()).machines].map(all => all.length)
  }

  await queries.deleteAdvice(id)
  expect(await answersShown()).toEqual([0, 0])
  await queries.restoreAdvice(id)
  expect(await answersShown()).toEqual([1, 1])
  await queries.deleteAdvice(id)
  expect(await queries.importForAtlas(text)).toEqual({ run: null, advices: 1 })
  expect(await answersShown()).toEqual([1, 1])
  await queries.deleteAdvice(id)
  now += 25 * 3600 * 1000
  library.removeHidden()
  expect(() => queries.restoreAdvice(id)).toThrow(`There is no answer ${id}.`)
  expect(() => queries.deleteAdvice(id)).toThrow(`There is no answer ${id}.`)
})

test('a file that is neither is refused, and so are answers that are none', async () => {
  const library = await emptyLibrary()
  expect(() => library.queries.importForAtlas('[]')).toThrow('not a Folio Lab run file')
  expect(() => library.queries.importForAtlas('{"format": "folio-lab/advices/1", "advices": [{}]}')).toThrow(
    'not a Folio Lab advice file (folio-lab/advices/1)',
  )
})

test('as a page it names every machine and loads nothing', async () => {
  const library = await emptyLibrary()
  for (const machine of exampleMachines) await library.queries.importForAtlas(runFileOf(machine))
  const html = await library.queries.renderAtlas('html')
  for (const { name } of exampleMachines) expect(html).toContain(name)
  expect(html).not.toMatch(/<link|<img|url\(|@import/)
  const text = await library.queries.renderAtlas('text')
  expect(text).toContain('Percent change of remap in each stage of the series')
})
