/** `npm start`: opens the window, or without a display runs the Quick session in the terminal. */

import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import path from 'node:path'
import { dataFolder, libraryPath } from '../engine/process/data-folder.ts'
import { makeFolder } from '../engine/files/make-folder.ts'
import { toFailureRecord } from '../engine/contract/failure.ts'
import { launchOptions } from './runtime.mjs'
import { findDisplayFault, hasDisplay } from './setup/display.mjs'
import { inProject, root } from './setup/paths.mjs'

try {
  process.exitCode = hasDisplay() ? await openWindow() : runQuickSession()
} catch (error) {
  const { message, advice } = toFailureRecord(error)
  console.error(`error: ${message}\n${advice}`.trimEnd())
  process.exitCode = 1
}

/** @returns {Promise<number>} exit status */
async function openWindow() {
  const fault = await findDisplayFault(process.env)
  if (fault !== null) {
    console.error(`error: ${fault}`)
    console.error(
      'Start a display server or correct the variable. Without DISPLAY and WAYLAND_DISPLAY, “npm start” measures in the terminal.',
    )
    return 1
  }
  const { electron, words, env } = launchOptions()
  if (words.includes('--no-sandbox')) {
    console.error(
      'Running as root: Chromium allows no sandbox for root, the window runs without (--no-sandbox).',
    )
  }
  return wait(electron, [...words, root, ...process.argv.slice(2)], env)
}

/** @returns {number} exit status */
function runQuickSession() {
  const folder = dataFolder(process.env, homedir())
  const report = path.join(folder, 'quick-report.html')
  console.error(
    'No display (DISPLAY and WAYLAND_DISPLAY are unset): running the Quick session in the terminal.',
  )
  makeFolder(folder)
  const cli = inProject('engine/cli/main.ts')
  const status = wait(
    process.execPath,
    [cli, 'run', '--preset', 'quick', '--report', report, '--overwrite'],
    process.env,
  )
  if (status === 0) {
    console.error(`Database: ${libraryPath(folder)}`)
    console.error('More from the command line:  npm run -s lab -- --help')
  }
  return status
}

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} env
 */
function wait(program, words, env) {
  const { status, error } = spawnSync(program, words, { env, stdio: 'inherit' })
  if (error) console.error(`${program} could not be started: ${error.message}`)
  return status ?? 1
}
