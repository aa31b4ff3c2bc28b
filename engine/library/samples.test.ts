import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { RunId, RunStatus } from '../contract/run.ts'
import type { Sample } from '../contract/sample.ts'
import { exportRun } from '../exchange/export-run.ts'
import { exampleMeasurement, examplePlan, exampleSamples, runOf } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { openDatabase, type Database } from './database.ts'
import { openLibrary } from './library.ts'
import { insertSample, samplesOf } from './samples.ts'

/** A library that holds one run, as its file shows it; the samples of a complete one are packed. */
async function stored(
  status: RunStatus = 'complete',
): Promise<Readonly<{ database: Database; id: RunId; samples: readonly Sample[] }>> {
  const file = path.join(temporaryFolder('samples'), 'library.sqlite')
  const library = await openLibrary({ path: file, isOwn: true, binding: null, now: Date.now })
  const plan = examplePlan()
  const counters = { faults: 3, sampleNs: 2e6, processorsNs: 4e6, otherProgramsNs: 5, involuntarySwitches: 1 }
  const samples = exampleSamples(plan, () => 1e6).map(sample => ({
    ...sample,
    measurement: exampleMeasurement(1e6, {
      counters,
      warnings: ['a warning'],
      // As of samples from before it was reported, the first has no such field.
      ...(sample.scheduleIndex === 0 ? {} : { pageFaults: sample.scheduleIndex }),
    }),
  }))
  const run = runOf(plan, samples)
  const exported = { ...run, summary: { ...run.summary, status } }
  const id = library.importRun(() => exportRun(exported, samples), 'measured').id
  library.close()
  const database = openDatabase(file, null)
  onTestFinished(() => void database.close())
  return { database, id, samples }
}

test.each<RunStatus>(['cancelled', 'complete'])(
  'the samples of a %s run come back as they were stored',
  async status => {
    const { database, id, samples } = await stored(status)
    expect(samplesOf(database, id, samples.length)).toEqual(samples)
  },
)

test('those of a very large run, which are not packed, come without what no table is made from', async () => {
  const { database, id, samples } = await stored('cancelled')
  const counters = {
    sampleNs: 2e6,
    processorsNs: 4e6,
    otherProgramsNs: 5,
    involuntarySwitches: 1,
  }
  expect(samplesOf(database, id, 1_000_000)).toEqual(
    samples.map(sample => ({
      ...sample,
      measurement: { ...sample.measurement, checks: [], warnings: [], counters },
    })),
  )
})

test('a run that fits into no memory is refused with an explanation', async () => {
  const { database, id } = await stored()
  expect(() => samplesOf(database, id, 3_000_000)).toThrow(
    'The run has 3,000,000 samples, more than can be shown at once (2,000,000).',
  )
})

test('a sample whose load cannot be added is not stored either', async () => {
  const { database, id, samples } = await stored('cancelled')
  database.exec('DROP TABLE load')
  const last = samples.at(-1)!
  const next = { ...last, scheduleIndex: samples.length, round: last.round + 1 }
  expect(() => insertSample(database, id, next)).toThrow('no such table: load')
  expect(samplesOf(database, id, samples.length)).toEqual(samples)
})
