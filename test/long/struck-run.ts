/**
 * A run of the command line that others do something to while it goes on; the same
 * library from run to run.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { inProject } from '../../build/setup/paths.mjs'
import { showEverySample } from '../fixtures/every-sample.ts'
import { libraryPath } from '../../engine/process/data-folder.ts'
import { dataFolderOf } from '../e2e/application.ts'
import { descendantsOf, processesWith } from '../e2e/processes.ts'
import { checkIntegrity, countForeignKeyErrors } from '../e2e/stored-run.ts'

const patienceMs = 120_000

export class StruckRun {
  /** Whether it goes on. */
  isUnderWay = true
  /** Settles with its exit status when all its streams are closed; null: ended by a signal. */
  readonly ended: Promise<number | null>
  readonly #home: string
  readonly #file: string
  readonly #child: ChildProcess

  /**
   * Resumes the run that was interrupted in the library of this home, or starts
   * a new one by these words.
   */
  constructor(home: string, words: readonly string[]) {
    this.#home = home
    this.#file = libraryPath(dataFolderOf(home))
    const open = this.ask(`SELECT id FROM run WHERE status <> 'complete' ORDER BY created_at LIMIT 1`)
    this.#child = spawn(
      process.execPath,
      [
        inProject('engine/cli/main.ts'),
        ...(typeof open === 'string' ? ['runs', 'resume', open] : ['run', ...words]),
      ],
      {
        env: { ...process.env, XDG_DATA_HOME: home, FOLIO_LAB_RUN_LOCK: `folio-lab-long-${process.pid}` },
        stdio: 'ignore',
      },
    )
    this.ended = once(this.#child, 'close').then(([status]) => {
      this.isUnderWay = false
      return status as number | null
    })
  }

  /**
   * Process ids: of the command line first, then of its agent, the guardian, the worker and its
   * tasks as far as they are there.
   */
  processes(): number[] {
    const pid = this.#child.pid ?? 0
    return [pid, ...descendantsOf(pid).map(one => one.pid)]
  }

  interrupt(): void {
    this.#child.kill('SIGINT')
  }

  /** What the library answers; nothing while there is none. */
  ask(query: string): unknown {
    if (!existsSync(this.#file)) return undefined
    const database = new Database(this.#file, { readonly: true })
    try {
      showEverySample(database)
      return database.prepare<[]>(query).pluck().get()
    } catch {
      return undefined // its tables are being made
    } finally {
      database.close()
    }
  }

  countSamples(): number {
    return Number(this.ask('SELECT count(*) FROM every_sample') ?? 0)
  }

  /** What is wrong with what a run that has ended left behind; nothing when all is well. */
  async findDamage(): Promise<string | undefined> {
    const left = (): string[] => processesWith('XDG_DATA_HOME', this.#home).map(one => one.command)
    if (!(await comesTrue(() => left().length === 0))) return `left running: ${left().join(', ')}`
    if (!existsSync(this.#file)) return undefined // ended before there was a library
    const integrity = checkIntegrity(this.#file)
    if (integrity !== 'ok') return integrity
    return countForeignKeyErrors(this.#file) === 0 ? undefined : 'samples of no run'
  }
}

/** Sends a signal; whether there was somebody to get it. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false // it has ended by itself
  }
}

/** Whether the condition holds before patience is at its end. */
export async function comesTrue(condition: () => boolean): Promise<boolean> {
  const end = performance.now() + patienceMs
  while (!condition()) {
    if (performance.now() > end) return false
    await delay(20)
  }
  return true
}
