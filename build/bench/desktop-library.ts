/** The library that the desktop is measured with: ten thousand runs, a million samples. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createStartAgent } from '../../engine/agent/start-agent.ts'
import { agentPath } from '../../engine/cli/agent-path.ts'
import type { Plan } from '../../engine/contract/plan.ts'
import { openLibraryFile } from '../../engine/library/open-library-file.ts'
import { systemClock } from '../../engine/process/clock.ts'
import { inspectMachine } from '../../engine/session/inspect-machine.ts'
import { stagesPlan, storeSyntheticRun } from './synthetic-run.ts'

const runCount = 10_000
const variants = stagesPlan.variants.filter(({ label }) => label === 'baseline' || label === 'all')

/** 90 samples. */
const dailyPlan: Plan = {
  ...stagesPlan,
  label: 'daily',
  benchmarks: ['remap', 'munmap', 'fork', 'cow', 'pte-dontneed'],
  variants,
  stopping: { kind: 'rounds', rounds: 9 },
}
/** One case of two variants, of which the table of raw samples shows every one: 92,180 samples. */
const longPlan: Plan = {
  ...stagesPlan,
  label: 'long',
  benchmarks: ['munmap'],
  variants,
  stopping: { kind: 'rounds', rounds: 46_090 },
}

/**
 * What the newest runs hold; all others are daily ones. The 9,998 daily runs and these
 * two have 1,000,000 samples.
 */
const newest: readonly Plan[] = [longPlan, stagesPlan]

export const longRunIndex = runCount - 2
export const stagesRunIndex = runCount - 1

/** The path of the library, which is made when it is not there. */
export async function desktopLibrary(folder: string): Promise<string> {
  const file = path.join(folder, `desktop-${runCount}.sqlite`)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  const part = `${file}.part` // a file that was not finished has another name
  rmSync(part, { force: true })
  const startAgent = createStartAgent(agentPath(process.env))
  const { environment } = await inspectMachine(startAgent, 'benchmark', systemClock)
  const { database } = openLibraryFile({ path: part, isOwn: true, binding: null }, 0)
  database.pragma('synchronous = OFF') // nobody misses these samples after a power failure
  for (let index = 0; index < runCount; index++) {
    const plan = newest[index - (runCount - newest.length)] ?? dailyPlan
    storeSyntheticRun(database, plan, environment, index)
    if (index % 1000 === 999) console.error(`stored ${index + 1} of ${runCount} runs`)
  }
  database.close()
  renameSync(part, file)
  return file
}
