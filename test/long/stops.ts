/**
 * Stops processes of a run for a while (SIGSTOP, or all of them in the freezer of control groups)
 * and lets them go on. The run completes, and no sample that counts holds the pause.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../../engine/plan/random.ts'
import { repeat, type Experiment } from './experiment.ts'
import { inScratchFolder } from './small-library.ts'
import { comesTrue, signal, StruckRun } from './struck-run.ts'

const words = [
  '--bench',
  'anon-cow-seq',
  '--tasks',
  '1,2',
  '--size',
  '16M',
  '--samples',
  '100',
  '--warmup',
  '0',
]
/** Each lasts at least so long, many times as long as a sample. */
const leastPauseMs = 400
const pauseRangeMs = 200
const betweenMs = 200
const freezers = '/sys/fs/cgroup/freezer'

export const stops: Experiment = {
  key: 'stops',
  name: `processes of a run stopped${existsSync(freezers) ? ', or all of it frozen,' : ''} and continued`,
  unit: 'pauses',
  full: 500,
  impossible: process.getuid?.() === 0 ? undefined : 'needs root, for huge pages that are surely there',
  run: limit =>
    inScratchFolder(async home => {
      let run: StruckRun | undefined
      const found = await repeat(limit, async () => {
        run = run?.isUnderWay === true ? run : new StruckRun(home, words)
        const fault = await pause(run, limit.random)
        return fault ?? (run.isUnderWay ? undefined : damageOf(run))
      })
      const fault = run?.isUnderWay === true ? await endOf(run) : undefined
      return fault === undefined ? found : { ...found, faults: [...found.faults, fault] }
    }),
}

/** Waits for a sample, then stops one process, or all, for a while. */
async function pause(run: StruckRun, random: Random): Promise<string | undefined> {
  const before = run.countSamples()
  if (!(await comesTrue(() => !run.isUnderWay || run.countSamples() > before)))
    return 'a run took no sample within two minutes of a pause'
  await Promise.race([delay(random.below(betweenMs)), run.ended])
  const processes = run.processes()
  const pauseMs = leastPauseMs + random.below(pauseRangeMs)
  if (existsSync(freezers) && random.below(3) === 0) await freeze(processes, pauseMs)
  else
    await stop(random.below(3) === 0 ? processes : [processes[random.below(processes.length)] ?? 0], pauseMs)
  return undefined
}

async function stop(processes: readonly number[], pauseMs: number): Promise<void> {
  const stopped = processes.filter(pid => signal(pid, 'SIGSTOP'))
  await delay(pauseMs)
  for (const pid of stopped) signal(pid, 'SIGCONT')
}

async function freeze(processes: readonly number[], pauseMs: number): Promise<void> {
  const group = path.join(freezers, `folio-lab-long-${process.pid}`)
  mkdirSync(group, { recursive: true })
  for (const pid of processes) move(pid, group)
  writeFileSync(path.join(group, 'freezer.state'), 'FROZEN')
  await delay(pauseMs)
  writeFileSync(path.join(group, 'freezer.state'), 'THAWED')
  for (const pid of readFileSync(path.join(group, 'cgroup.procs'), 'utf8').split('\n'))
    move(Number(pid), freezers)
  await comesTrue(() => remove(group))
}

function move(pid: number, group: string): void {
  try {
    if (pid > 0) writeFileSync(path.join(group, 'cgroup.procs'), String(pid))
  } catch {
    // it has ended by itself
  }
}

/** A child that was born in the meantime may still be in it. */
function remove(group: string): boolean {
  try {
    rmdirSync(group)
    return true
  } catch {
    for (const pid of readFileSync(path.join(group, 'cgroup.procs'), 'utf8').split('\n'))
      move(Number(pid), freezers)
    return false
  }
}

async function damageOf(run: StruckRun): Promise<string | undefined> {
  const status = await run.ended
  return status === 0 ? holdsPause(run) : `a run that was only paused ended with ${String(status)}`
}

async function endOf(run: StruckRun): Promise<string | undefined> {
  run.interrupt()
  await run.ended
  return holdsPause(run)
}

function holdsPause(run: StruckRun): Promise<string | undefined> | string {
  const longest = Number(
    run.ask('SELECT max(elapsed_ns) FROM every_sample WHERE valid AND void_reason IS NULL') ?? 0,
  )
  return longest < leastPauseMs * 1e6
    ? run.findDamage()
    : `a sample that counts holds a pause: it took ${Math.round(longest / 1e6)} ms`
}
