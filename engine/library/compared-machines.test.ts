import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { MachineComparisonRequest } from '../contract/machine-comparison.ts'
import type { Run, RunId } from '../contract/run.ts'
import { exportRun } from '../exchange/export-run.ts'
import { exampleMachines, runOn } from '../../test/fixtures/machines.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openDatabase } from './database.ts'
import { changesContent, changesIn } from './stored-changes.ts'
import { openLibrary, type Library } from './library.ts'

const [xeon, epyc] = exampleMachines
const request: MachineComparisonRequest = {
  runs: null,
  target: 'model',
  baseline: 'baseline',
  variant: null,
  thresholdPercent: 1,
}

async function emptyLibrary(): Promise<Readonly<{ library: Library; file: string }>> {
  const file = path.join(temporaryFolder('machines'), 'library.sqlite')
  const library = await openLibrary({ path: file, isOwn: true, binding: null, now: Date.now })
  onTestFinished(() => library.close())
  return { library, file }
}

function take(library: Library, run: Run): RunId {
  return library.importRun(() => exportRun(run, run.samples), 'imported').id
}

async function libraryOf(runs: readonly Run[]): Promise<Library> {
  const { library } = await emptyLibrary()
  for (const run of runs) take(library, run)
  return library
}

const allRuns = exampleMachines.map(machine => runOn(machine))

describe('machines side by side', () => {
  test('stand by vendor, family and model, each with the change against its own baseline', async () => {
    const library = await libraryOf(allRuns)
    const found = await library.queries.compareMachines(request)
    expect(found.machines.map(({ cpu, family, returns }) => [cpu, family, returns])).toEqual([
      ['AMD EPYC 7313', 'AMD 25 model 1', 'safe-ret'],
      ['AMD EPYC 9575F', 'AMD 26 model 2', 'plain'],
      ['Intel Xeon Silver 4210R', 'Intel 6 model 85', 'plain'],
      ['Intel Xeon Platinum 8488C', 'Intel 6 model 143', 'plain'],
      ['Intel Core i7-8700', 'Intel 6 model 158', 'plain'],
    ])
    expect(found.rows.map(({ variant, cell }) => [variant, cell.benchmark])).toEqual([
      ['batch', 'remap'],
      ['batch', 'munmap'],
      ['exclusive', 'remap'],
      ['exclusive', 'munmap'],
    ])
    const row = found.rows[2]!
    expect(row.changes.map(({ percent }) => Math.round(percent))).toEqual([7, -7, -10, -14, 0])
    expect(row.changes.map(({ finding }) => finding)).toEqual([
      'hurts',
      'helps',
      'helps',
      'helps',
      'no-difference',
    ])
    expect(row.counts).toMatchObject({ helps: 3, hurts: 1, 'no-difference': 1 })
  })

  test('are summed up by a mean that differs between machines, and a prediction wider than its interval', async () => {
    const library = await libraryOf(allRuns)
    const { rows } = await library.queries.compareMachines(request)
    const summary = rows[2]?.summary
    expect(summary?.machines).toBe(5)
    expect(summary?.percent).toBeCloseTo(-5.2, 0)
    expect(summary?.heterogeneity).toBeGreaterThan(0.9)
    expect(summary?.prediction?.low).toBeLessThan(summary?.interval.low ?? NaN)
    expect(summary?.prediction?.high).toBeGreaterThan(summary?.interval.high ?? NaN)
    const same = rows[0]?.summary // batch is the same everywhere
    expect(same?.percent).toBeCloseTo(-5, 0)
    expect(same?.spreadPercent).toBeLessThan(0.2)
  })

  test('show one variant where one is asked for, and name the others', async () => {
    const library = await libraryOf(allRuns)
    const found = await library.queries.compareMachines({ ...request, variant: 'exclusive' })
    expect([found.variants, found.shown]).toEqual([['batch', 'exclusive'], ['exclusive']])
    expect(new Set(found.rows.map(({ variant }) => variant))).toEqual(new Set(['exclusive']))
    expect(() => library.queries.compareMachines({ ...request, variant: 'nothing' })).toThrow(
      'No machine has measured “nothing”',
    )
  })

  test('speak by their newest run, or by the one that was chosen', async () => {
    const older = runOn(xeon!)
    const newer = runOn({ ...xeon!, factor: 1.2 })
    const library = await libraryOf([older, newer, runOn(epyc!)])
    const newest = await library.queries.compareMachines(request)
    expect(newest.machines.map(({ runId }) => runId)).toContain(newer.summary.id)
    expect(newest.machines).toHaveLength(2)
    const chosen = await library.queries.compareMachines({ ...request, runs: [older.summary.id] })
    expect(chosen.machines.map(({ runId }) => runId)).toEqual([older.summary.id])
    expect(chosen.rows[0]?.summary).toBeNull()
  })

  test('count once: two runs of one machine are refused, and a run without the baseline too', async () => {
    const [one, other] = [runOn(xeon!), runOn(xeon!)]
    const library = await libraryOf([one, other])
    const runs = [one.summary.id, other.summary.id]
    expect(() => library.queries.compareMachines({ ...request, runs })).toThrow('from the same machine')
    expect(() => library.queries.compareMachines({ ...request, baseline: 'mapcount' })).toThrow(
      'No machine has a run in which “mapcount” and another variant were measured.',
    )
    expect(() =>
      library.queries.compareMachines({ ...request, runs: runs.slice(0, 1), baseline: 'mapcount' }),
    ).toThrow('has no “mapcount” together with another variant')
  })

  test('are said to be not calibrated, and to return in different ways', async () => {
    const library = await libraryOf(allRuns)
    const { notes, rows } = await library.queries.compareMachines(request)
    expect(rows[0]?.changes.every(({ isCalibrated }) => !isCalibrated)).toBe(true)
    expect(notes[0]).toMatch(/^5 of 5 machines are not calibrated/)
    expect(notes[1]).toContain('returned in different ways')
  })

  test('have a deleted run no more', async () => {
    const library = await libraryOf(allRuns)
    await library.queries.deleteRun(allRuns[0]!.summary.id)
    expect((await library.queries.compareMachines(request)).machines).toHaveLength(4)
  })
})

describe('changes that are kept', () => {
  test('are those that the samples give, and are thrown away when their run changes', async () => {
    const { library, file } = await emptyLibrary()
    const id = take(library, runOn(xeon!))
    const before = await library.queries.compareMachines(request)
    const database = openDatabase(file, null)
    onTestFinished(() => void database.close())
    const kept = database.prepare<[], Buffer>('SELECT changes FROM judged').pluck()
    const change = database.prepare<[Buffer]>('UPDATE judged SET changes = ?')
    const all = changesIn(kept.get()!, [1, 2])!
    expect(all).toHaveLength(4)
    change.run(changesContent(all.map(one => ({ ...one, percent: 33 }))))
    expect((await library.queries.compareMachines(request)).rows[0]?.changes[0]?.percent).toBe(33)
    await library.queries.labelRun({ id, label: 'another name' })
    expect(kept.get()).toBeUndefined()
    const after = await library.queries.compareMachines(request)
    expect(after.rows).toEqual(before.rows)
    expect(after.machines[0]?.runLabel).toBe('another name')
    expect(changesIn(kept.get()!, [1, 2])).toEqual(all)
    change.run(Buffer.from('no changes'))
    expect((await library.queries.compareMachines(request)).rows).toEqual(before.rows)
    expect(changesIn(kept.get()!, [1, 2])).toEqual(all)
  })

  test('agree with a comparison of the run by itself', async () => {
    const library = await libraryOf([runOn(epyc!)])
    const { rows } = await library.queries.compareMachines(request)
    const runId = rows[0]!.changes[0]!.reference.runId
    const own = await library.queries.compare({
      baseline: { runId, variantIndex: 0 },
      variants: [1, 2].map(variantIndex => ({ runId, variantIndex })),
      confidence: 0.95,
      thresholdPercent: 1,
      insist: false,
    })
    expect(
      rows.flatMap(({ changes }) => changes.map(({ percent, low, high, n }) => ({ percent, low, high, n }))),
    ).toEqual(own.rows.map(({ percent, low, high, n }) => ({ percent, low, high, n })))
  })
})
