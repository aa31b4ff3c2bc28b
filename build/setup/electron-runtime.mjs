/**
 * Finds an Electron for this machine and writes down which, for start, tests and the application
 * (runtime.mjs). Its own program, since the libraries it uses need the project's Node.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runtimeFile } from '../runtime.mjs'
import { installFallbackElectron } from './fallback-electron.mjs'
import { fallbackVersion } from './fallback-folder.mjs'
import { installPinnedElectron, pinnedVersion } from './pinned-electron.mjs'
import { buildSqliteBinding } from './sqlite-binding.mjs'
import { installWindowLibraries } from './system-packages.mjs'
import { explain, say, SetupStop } from './talk.mjs'

/** @returns {Promise<import('../runtime.mjs').Runtime>} */
async function makeRuntime() {
  const pinned = await installPinnedElectron()
  if (pinned) {
    installWindowLibraries(pinned)
    return {
      electron: pinned,
      kind: 'pinned',
      version: pinnedVersion(),
      insteadOf: null,
      sqliteBinding: null,
    }
  }
  say(
    `Electron ${pinnedVersion()} cannot be downloaded here: development and tests use Electron ` +
      `${fallbackVersion} (to try again, delete ${path.relative(process.cwd(), runtimeFile)})`,
  )
  const electron = await installFallbackElectron()
  installWindowLibraries(electron)
  const sqliteBinding = await buildSqliteBinding(electron)
  return { electron, kind: 'fallback', version: fallbackVersion, insteadOf: pinnedVersion(), sqliteBinding }
}

try {
  const runtime = await makeRuntime()
  mkdirSync(path.dirname(runtimeFile), { recursive: true })
  writeFileSync(runtimeFile, `${JSON.stringify(runtime, null, 2)}\n`)
} catch (error) {
  if (!(error instanceof SetupStop)) throw error
  explain(error)
  process.exitCode = 1
}
