/**
 * The Electron of package.json, whose binary its own installer fetches from
 * the project's release page.
 */

import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { inProject } from './paths.mjs'
import { say } from './talk.mjs'

/**
 * After so long without a sign of life from the release page, the fallback is
 * quicker than more patience.
 */
const patienceMs = 20_000

const releases = 'https://github.com/electron/electron/releases/download/'

/** @returns {string} for example 45.4.1 */
export function pinnedVersion() {
  return JSON.parse(readFileSync(inProject('package.json'), 'utf8')).devDependencies.electron
}

/**
 * Installs it. The installer is not stopped while the release page answers,
 * however slow the line is.
 *
 * @returns {Promise<string | undefined>} its executable, or undefined where the
 *   download cannot be reached
 */
export async function installPinnedElectron() {
  say(`fetching Electron ${pinnedVersion()} (about 110 MB)`)
  const installer = spawn(process.execPath, [inProject('node_modules/electron/install.js')], {
    env: { ...process.env, ELECTRON_GET_USE_PROXY: '1', ELECTRON_OVERRIDE_DIST_PATH: undefined },
    stdio: 'ignore',
  })
  const finished = new Promise(resolve => installer.once('close', resolve))
  let reachable = false
  void isReachable().then(answer => (reachable = answer))
  const impatience = setTimeout(() => {
    if (!reachable) installer.kill('SIGKILL')
  }, patienceMs)
  const status = await finished
  clearTimeout(impatience)
  const electron = inProject('node_modules/electron/dist/electron')
  return status === 0 && existsSync(electron) ? electron : undefined
}

/**
 * @returns {Promise<boolean>} whether the release page, or the mirror that the
 * environment names, answers
 */
async function isReachable() {
  const base = process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror || releases
  try {
    const answer = await fetch(new URL(`v${pinnedVersion()}/SHASUMS256.txt`, base), {
      method: 'HEAD',
      signal: AbortSignal.timeout(patienceMs),
    })
    return answer.ok
  } catch {
    return false // refused, unresolved or silent: all mean that nothing can be fetched from there
  }
}
