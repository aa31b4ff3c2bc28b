/**
 * What runs on a node, bundled into one file: one run by the description of its fleet,
 * into a folder of the job.
 *
 *     node runner.js KIT OUTPUT NODE
 *
 * KIT holds `fleet.json` and the agents. In OUTPUT, NODE gets a folder of its own, so that what one
 * node measured is never continued on another; the run file in it appears when the run is complete.
 * A job that is started again does what is missing.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { machine as architecture } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import packageJson from '../../package.json' with { type: 'json' }
import { createStartAgent } from '../agent/start-agent.ts'
import { planFrom } from '../cli/plan-options.ts'
import { Failure, toFailureRecord } from '../contract/failure.ts'
import { FleetDescription } from '../contract/fleet.ts'
import { runFileFolder, runFileIn } from '../fleet/job-folder.ts'
import { readStoredJson } from '../contract/stored.ts'
import type { Milliseconds } from '../contract/units.ts'
import { makeFolder } from '../files/make-folder.ts'
import { writeFile } from '../files/write-file.ts'
import { lockMachine, type MachineLock } from '../process/machine-lock.ts'
import { systemClock } from '../process/clock.ts'
import { inspectMachine } from '../session/inspect-machine.ts'
import { Session } from '../session/session.ts'
import { RunJournal } from '../fleet/run-journal.ts'

const unfinished = 1
const lockRetry: Milliseconds = 500

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const { message, advice } = toFailureRecord(error)
  console.error(`error: ${message} ${advice}`.trim())
  process.exitCode = unfinished
}

async function main([kit, output, node, ...others]: readonly string[]): Promise<number> {
  if (kit === undefined || output === undefined || node === undefined || others.length > 0)
    throw new Failure(
      'bad-input',
      'The runner takes KIT OUTPUT NODE.',
      'It is started by the script of a job.',
    )
  const description = readStoredJson(
    FleetDescription,
    readFileSync(path.join(kit, 'fleet.json'), 'utf8'),
    'the description of the fleet',
  )
  const finished = runFileIn(output)
  if (finished) {
    console.error(`This job has its run already: ${finished.file}`)
    return 0
  }
  const folder = runFileFolder(output, node)
  makeFolder(folder)
  const journal = new RunJournal(path.join(folder, 'journal'), systemClock.now)
  if (!journal.isComplete)
    await measure(description, path.join(kit, `folio-agent-${architecture()}`), node, journal)
  if (!journal.isComplete) return unfinished
  const file = path.join(folder, `${journal.runId ?? ''}.folio-run.json`)
  await writeFile(file, journal.runFile(), { overwrite: true, libraries: [] })
  console.error(`The run is in ${file}`)
  return 0
}

/**
 * A cluster gives a job its machine; another measurement there will end, and the job has a time
 * limit.
 */
async function lockWhenFree(name: string): Promise<MachineLock> {
  for (let isTold = false; ; isTold = true)
    try {
      return await lockMachine(name)
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'busy') throw error
      if (!isTold) console.error(`Waiting: ${error.message}`)
      await sleep(lockRetry)
    }
}

async function measure(
  { words, lockName }: FleetDescription,
  agentPath: string,
  machine: string,
  journal: RunJournal,
): Promise<void> {
  const startAgent = createStartAgent(agentPath)
  const session = new Session({
    startAgent,
    machine,
    recording: journal.recording,
    acquireLock: () => lockWhenFree(lockName),
    clock: systemClock,
    applicationVersion: packageJson.version,
    events: { progressed: () => undefined, sampled: () => undefined, ended: () => undefined },
  })
  process.on('SIGTERM', () => session.cancel()).on('SIGINT', () => session.cancel())
  if (journal.runId === undefined) {
    const report = await inspectMachine(startAgent, packageJson.version, systemClock)
    await session.start(randomUUID(), planFrom({ ...words, clock: 'wall' }, report))
  } else await session.resume(journal.runId)
  const { status, reason } = await session.finished()
  console.error(`Run ${journal.runId ?? ''} ${status} after ${journal.sampleCount} samples: ${reason}`)
}
