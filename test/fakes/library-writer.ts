/**
 * Stands in for a session that stores a run: takes the missing places of its schedule one after
 * another and prints the index of each as soon as the library has acknowledged it. With
 * `until-full` it ends the run when the disk is full and prints what it then finds stored.
 *
 *     node library-writer.ts DATABASE RUN-ID RUN-LOCK [until-full]
 */
import { toFailureRecord } from '../../engine/contract/failure.ts'
import type { Sample } from '../../engine/contract/sample.ts'
import { openLibrary, type Library } from '../../engine/library/library.ts'
import { acquireRunLock } from '../../engine/process/run-lock.ts'
import { exampleEnvironment } from '../fixtures/environment.ts'
import { examplePlan, exampleSamples } from '../fixtures/run.ts'

const [path = '', runId = '', runLockName = '', mode] = process.argv.slice(2)
const plan = examplePlan({ stopping: { kind: 'rounds', rounds: 400 } })

await acquireRunLock({ library: path, ownLibrary: path, binding: null, name: runLockName })
const library = await open()
for (const sample of await missingSamples()) {
  try {
    await library.recording.recordSample({ runId, sample })
  } catch (error) {
    await endFull(error)
    break
  }
  process.stdout.write(`${sample.scheduleIndex}\n`)
}

function open(): Promise<Library> {
  return openLibrary({ path, isOwn: false, binding: null, now: Date.now })
}

async function missingSamples(): Promise<Sample[]> {
  const all = exampleSamples(plan, place => 1_000_000 + place.scheduleIndex)
  return all.slice(await begunSamples())
}

/** How many samples the run has; begins it when it is new. */
async function begunSamples(): Promise<number> {
  try {
    return (await library.recording.reopenRun(runId)).samples.length
  } catch {
    await library.recording.beginRun({ id: runId, plan, environment: exampleEnvironment })
    return 0
  }
}

async function endFull(error: unknown): Promise<void> {
  if (mode !== 'until-full') throw error
  await library.recording.endRun({ runId, status: 'failed', reason: 'the disk is full' })
  library.close()
  const { summary, samples } = await (await open()).queries.getRun(runId)
  process.stdout.write(
    `${JSON.stringify({
      failure: toFailureRecord(error),
      status: summary.status,
      reason: summary.statusReason,
      stored: samples.map(sample => sample.scheduleIndex),
    })}\n`,
  )
}
