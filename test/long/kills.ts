/**
 * Kills a process of a run of the command line at a random moment: itself, the agent, its worker or a task. After each kill
 * what was committed before is there, the library is sound, no process is left, the THP setting is as before, and the run
 * can be resumed.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { inProject } from '../../build/setup/paths.mjs'
import { libraryPath } from '../../engine/contract/data-folder.ts'
import type { Random } from '../../engine/plan/random.ts'
import { dataFolderOf } from '../e2e/application.ts'
import { descendantsOf, processesWith } from '../e2e/processes.ts'
import { checkIntegrity, countForeignKeyErrors } from '../e2e/stored-run.ts'
import { repeat, type Experiment } from './experiment.ts'
import { inScratchFolder } from './small-library.ts'

const setting = '/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled'
const words = [
  '--bench',
  'munmap,fork',
  '--variant',
  'one,other',
  '--size',
  '4M',
  '--folio',
  '64K',
  '--samples',
  '400',
]
const patienceMs = 120_000

export const kills: Experiment = {
  name: 'processes of a run killed (command line, agent, worker, task, guardian)',
  unit: 'kills',
  full: 1_000,
  impossible:
    process.getuid?.() === 0 && existsSync(setting)
      ? undefined
      : 'needs root and a kernel with folios of 64 KiB',
  run: limit =>
    inScratchFolder(async home => {
      const before = readFileSync(setting, 'utf8')
      const finding = await repeat(limit, () => strike(home, limit.random, before))
      return finding
    }),
}

async function strike(home: string, random: Random, settingBefore: string): Promise<string | undefined> {
  const file = libraryPath(dataFolderOf(home))
  const open = unfinishedRun(file)
  const child = startLab(
    home,
    open === undefined ? ['run', ...words, '--change-settings'] : ['runs', 'resume', open],
  )
  const ended = once(child, 'close')
  await Promise.race([delay(random.below(1_500)), ended])
  const committed = countSamples(file)
  const victims = [{ pid: child.pid ?? 0 }, ...descendantsOf(child.pid ?? 0)]
  const victim = victims[random.below(victims.length)]
  if (victim) tryKill(victim.pid)
  const inTime = await Promise.race([ended.then(() => true), delay(patienceMs).then(() => false)])
  if (!inTime) return 'a run went on for two minutes after a kill'
  if (!(await comesTrue(() => processesWith('XDG_DATA_HOME', home).length === 0)))
    return `left running: ${processesWith('XDG_DATA_HOME', home)
      .map(one => one.command)
      .join(', ')}`
  if (!(await comesTrue(() => readFileSync(setting, 'utf8') === settingBefore)))
    return 'the THP setting stayed changed'
  if (!existsSync(file)) return undefined // killed before there was a library
  if (countSamples(file) < committed)
    return `${committed} samples were stored, ${countSamples(file)} are left`
  const integrity = checkIntegrity(file)
  if (integrity !== 'ok') return integrity
  return countForeignKeyErrors(file) === 0 ? undefined : 'samples of no run'
}

function startLab(home: string, command: readonly string[]): ChildProcess {
  return spawn(process.execPath, [inProject('engine/cli/main.ts'), ...command], {
    env: { ...process.env, XDG_DATA_HOME: home, FOLIO_LAB_RUN_LOCK: `folio-lab-long-${process.pid}` },
    stdio: 'ignore',
  })
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

async function comesTrue(condition: () => boolean): Promise<boolean> {
  const end = Date.now() + patienceMs
  while (!condition()) {
    if (Date.now() > end) return false
    await delay(20)
  }
  return true
}

function unfinishedRun(file: string): string | undefined {
  const id = ask(file, `SELECT id FROM run WHERE status <> 'complete' ORDER BY created_at LIMIT 1`)
  return typeof id === 'string' ? id : undefined
}

function countSamples(file: string): number {
  return Number(ask(file, 'SELECT count(*) FROM sample') ?? 0)
}

/** What the file answers; nothing while there is no library in it. */
function ask(file: string, query: string): unknown {
  if (!existsSync(file)) return undefined
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare<[]>(query).pluck().get()
  } catch {
    return undefined // its tables are being made
  } finally {
    database.close()
  }
}
