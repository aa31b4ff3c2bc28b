import { appendFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readRunFile } from '../exchange/read-run-file.ts'
import { exampleEnvironment } from '../../test/fixtures/environment.ts'
import { examplePlan, exampleSamples, newRunId } from '../../test/fixtures/run.ts'
import { temporaryFolder } from '../../test/fixtures/temporary-folder.ts'
import { RunJournal } from './run-journal.ts'

const plan = examplePlan()
const samples = exampleSamples(plan, () => 1000)

function freshFile(): string {
  return path.join(temporaryFolder('journal'), 'journal')
}

async function begun(file: string, count: number): Promise<string> {
  const id = newRunId()
  const { recording } = new RunJournal(file, () => 1)
  await recording.beginRun({ id, plan, environment: exampleEnvironment })
  for (const sample of samples.slice(0, count)) await recording.recordSample({ runId: id, sample })
  return id
}

test('what was measured is there after the process has ended, and the next one goes on with it', async () => {
  const file = freshFile()
  const id = await begun(file, 5)
  const journal = new RunJournal(file, () => 2)
  expect(journal.runId).toBe(id)
  expect(await journal.recording.reopenRun(id)).toEqual({
    plan,
    environment: exampleEnvironment,
    samples: samples.slice(0, 5),
    session: 1,
  })
  for (const sample of samples.slice(5)) await journal.recording.recordSample({ runId: id, sample })
  expect(journal.isComplete).toBe(false)
  await journal.recording.endRun({ runId: id, status: 'complete', reason: 'All rounds were run.' })
  const read = readRunFile(() => [...new RunJournal(file, () => 3).runFile()])
  expect(read.run).toMatchObject({ id, status: 'complete', createdAt: 1, endedAt: 2 })
  expect([...read.samples()]).toEqual(samples)
})

test('a line that was cut off counts for nothing, and the next one is whole', async () => {
  const file = freshFile()
  const id = await begun(file, 2)
  appendFileSync(file, '{"sample":{"scheduleIndex":2,"rou')
  const journal = new RunJournal(file, () => 2)
  expect(journal.sampleCount).toBe(2)
  await journal.recording.recordSample({ runId: id, sample: samples[2]! })
  expect(new RunJournal(file, () => 3).sampleCount).toBe(3)
})

test('a line that was damaged is named, not skipped', async () => {
  const file = freshFile()
  await begun(file, 2)
  appendFileSync(file, '{"sample":"none"}\n')
  expect(() => new RunJournal(file, () => 2)).toThrow(/journal .*damaged/)
  expect(readFileSync(file, 'utf8').endsWith('"none"}\n')).toBe(true)
})
