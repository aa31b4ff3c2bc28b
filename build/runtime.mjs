/** Which Electron runs this checkout: written by set-up, read by whatever starts a window. */

import { existsSync, readFileSync } from 'node:fs'
import { inProject } from './setup/paths.mjs'

/**
 * @typedef {object} Runtime
 * @property {string} electron its executable
 * @property {'pinned' | 'fallback'} kind fallback: for development and tests only, never packaged
 * @property {string} version of Electron
 * @property {string | null} insteadOf the pinned version that a fallback stands in for
 * @property {string | null} sqliteBinding the better-sqlite3 addon for it; null:
 *   the one in the package
 */

export const runtimeFile = inProject('out/runtime.json')

/**
 * @returns {Runtime | undefined} undefined until set-up has found one, or when a part of it is gone
 */
export function findRuntime() {
  if (!existsSync(runtimeFile)) return undefined
  /** @type {Runtime} */
  const runtime = JSON.parse(readFileSync(runtimeFile, 'utf8'))
  const parts = [runtime.electron, runtime.sqliteBinding].filter(part => part !== null)
  return parts.every(part => existsSync(part)) ? runtime : undefined
}

/** @returns {Runtime} */
export function requireRuntime() {
  const runtime = findRuntime()
  if (!runtime) throw new Error('No Electron is set up for this checkout. Run:  npm run setup -- test')
  return runtime
}

/**
 * What the application reads from its environment, and a sandbox flag where
 * Chromium refuses to run without.
 */
export function launchOptions() {
  const { electron, sqliteBinding } = requireRuntime()
  return {
    electron,
    words: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    env: {
      ...process.env,
      ...(sqliteBinding === null ? {} : { FOLIO_LAB_SQLITE_BINDING: sqliteBinding }),
    },
  }
}
