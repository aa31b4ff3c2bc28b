/**
 * Kills a process of a run of the command line at a random moment: itself, the agent, the
 * guardian, the worker or a task. The run goes on, or ends and is resumed. What was committed
 * before stays there; when a run has ended the library is sound, no process is left and the
 * THP setting is as before.
 */
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../../engine/plan/random.ts'
import { repeat, type Experiment } from './experiment.ts'
import { inScratchFolder } from './small-library.ts'
import { comesTrue, signal, StruckRun } from './struck-run.ts'

const setting = '/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled'
const words = [
  ...['--bench', 'munmap,fork', '--variant', 'one,other', '--size', '4M', '--folio', '64K'],
  ...['--samples', '400', '--change-settings'],
]
/** Before a kill: the first of a start may fall into it. */
const startMs = 1_500
const betweenMs = 150

export const kills: Experiment = {
  key: 'kills',
  name: 'processes of a run killed (command line, agent, worker, task, guardian)',
  unit: 'kills',
  full: 1_000,
  impossible:
    process.getuid?.() === 0 && existsSync(setting)
      ? undefined
      : 'needs root and a kernel with folios of 64 KiB',
  run: limit =>
    inScratchFolder(async home => {
      const settingBefore = readFileSync(setting, 'utf8')
      let run: StruckRun | undefined
      const found = await repeat(limit, async () => {
        for (;;) {
          const isNew = run?.isUnderWay !== true
          run = run?.isUnderWay === true ? run : new StruckRun(home, words)
          const struck = await strike(run, limit.random, isNew ? startMs : betweenMs)
          const fault = struck.fault ?? (run.isUnderWay ? undefined : await damageOf(run, settingBefore))
          if (fault !== undefined || struck.isHit) return fault
        }
      })
      const fault = run?.isUnderWay === true ? await endOf(run, settingBefore) : undefined
      return fault === undefined ? found : { ...found, faults: [...found.faults, fault] }
    }),
}

type Struck = Readonly<{ isHit: boolean; fault?: string }>

/** Kills one process at a random moment, and waits until the run has ended or has gone on. */
async function strike(run: StruckRun, random: Random, withinMs: number): Promise<Struck> {
  await Promise.race([delay(random.below(withinMs)), run.ended])
  const processes = run.processes()
  const committed = run.countSamples()
  const isHit = run.isUnderWay && signal(processes[random.below(processes.length)] ?? 0, 'SIGKILL')
  if (!(await comesTrue(() => !run.isUnderWay || run.countSamples() > committed)))
    return { isHit, fault: 'a run neither went on nor ended within two minutes of a kill' }
  const left = run.countSamples()
  return left >= committed
    ? { isHit }
    : { isHit, fault: `${committed} samples were stored, ${left} are left` }
}

async function damageOf(run: StruckRun, settingBefore: string): Promise<string | undefined> {
  const damage = await run.findDamage()
  if (damage !== undefined) return damage
  const isAsBefore = await comesTrue(() => readFileSync(setting, 'utf8') === settingBefore)
  return isAsBefore ? undefined : 'the THP setting stayed changed'
}

async function endOf(run: StruckRun, settingBefore: string): Promise<string | undefined> {
  run.interrupt()
  await run.ended
  return damageOf(run, settingBefore)
}
