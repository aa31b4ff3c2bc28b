/**
 * Kills of main, library, session and agent of the application during runs:
 * test/e2e/crash.e2e.ts, again and again.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { inProject } from '../../build/setup/paths.mjs'
import { startVirtualDisplay } from '../../build/test/virtual-display.mjs'
import type { Experiment } from './experiment.ts'

const victims = 4
const mostPerVictim = 10 // in one start of the tests
const outputBytes = 64 * 1024 * 1024

export const applicationKills: Experiment = {
  key: 'application-kills',
  name: 'processes of the application killed (main, library, session, agent)',
  unit: 'kills',
  full: 1_000,
  impossible:
    process.getuid?.() === 0 && existsSync('/usr/bin/Xvfb')
      ? undefined
      : 'needs root and a virtual display (Xvfb)',
  run: async ({ count, isOver, random }) => {
    const { display, stop } = await startVirtualDisplay()
    try {
      let done = 0
      while (done < count && !isOver()) {
        const perVictim = Math.min(mostPerVictim, Math.ceil((count - done) / victims))
        const fault = await kill(display, perVictim, random.below(2 ** 32))
        if (fault !== undefined) return { done, faults: [fault] }
        done += victims * perVictim
      }
      return { done, faults: [] }
    } finally {
      stop()
    }
  },
}

async function kill(display: string, perVictim: number, seed: number): Promise<string | undefined> {
  const chosen = {
    DISPLAY: display,
    FOLIO_LAB_KILLS_PER_VICTIM: String(perVictim),
    FOLIO_LAB_KILLS_SEED: String(seed),
  }
  const words = [
    inProject('node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    'e2e',
    'test/e2e/crash.e2e.ts',
  ]
  try {
    await promisify(execFile)(process.execPath, words, {
      cwd: inProject('.'),
      env: { ...process.env, ...chosen },
      maxBuffer: outputBytes,
    })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Readonly<{ stdout?: string; stderr?: string }>
    return `seed ${seed}: ${(stdout + stderr).slice(-3000)}`
  }
}
