/** The day of a release, from CHANGELOG.md: the one clock of a build that can be repeated. */

import { readFileSync } from 'node:fs'
import { inProject } from '../setup/paths.mjs'

/**
 * The day of the newest entry, midnight UTC. `## 0.1.0 (2026-11-27)`.
 *
 * @param {string} [changelog]
 * @returns {{ version: string, date: Date }}
 */
export function newestRelease(changelog = readFileSync(inProject('CHANGELOG.md'), 'utf8')) {
  const [, version, day] = /^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)$/m.exec(changelog) ?? []
  if (version === undefined || day === undefined)
    throw new Error('CHANGELOG.md has no entry “## VERSION (YYYY-MM-DD)”.')
  return { version, date: new Date(`${day}T00:00:00Z`) }
}

/**
 * What programs that write dates take in place of the clock (reproducible-builds.org).
 *
 * @param {Date} date
 */
export function sourceDateEpoch(date) {
  return String(date.getTime() / 1000)
}
