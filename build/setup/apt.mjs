/**
 * Debian's packages. The lists that say which there are may be missing, as on a fresh machine, or
 * older than a name that is looked for: whatever fails is tried once more with fresh ones.
 */

import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { cacheFolder } from './paths.mjs'
import { findProgram, run } from './programs.mjs'
import { say } from './talk.mjs'

/** @typedef {{ ok: boolean, output: string }} Result */

const isRoot = process.getuid?.() === 0

/** Lists are fetched at most once a set-up. */
let areFresh = false

/** Why they could not be fetched: the reason of whatever fails afterwards. */
let updateFailure = ''

/** Whether packages can at least be downloaded, which needs no root. */
export function hasApt() {
  return findProgram('apt-get') !== undefined
}

/** Whether packages can be installed, for which lists alone are not enough. */
export function mayInstall() {
  return hasApt() && isRoot
}

/**
 * @param {() => readonly string[]} names asked for again when the lists are fresh, since they
 *   may be other ones then
 * @returns {Result}
 */
export function install(names) {
  return withFreshLists(() => apt('apt-get', ['install', '-y', '--no-install-recommends', ...names()]))
}

/**
 * Downloads the newest package whose name matches; needs no root.
 *
 * @param {RegExp} pattern
 * @param {string} folder
 * @returns {Result}
 */
export function download(pattern, folder) {
  return withFreshLists(() => {
    const name = newestName(pattern)
    if (name === undefined) return { ok: false, output: `No package is named ${pattern.source}.` }
    say(`downloading ${name} (apt-get download, about 30 MB)`)
    return apt('apt-get', ['download', name], folder)
  })
}

/**
 * Downloads packages and those that they need and the system has not, and unpacks them into a
 * folder of their own: nothing is installed, and no service is started. Needs no root.
 *
 * @param {readonly string[]} names
 * @param {string} folder
 * @returns {Result}
 */
export function unpack(names, folder) {
  return withFreshLists(() => {
    const plan = apt('apt-get', ['install', '--simulate', '--no-install-recommends', ...names])
    if (!plan.ok) return plan
    const needed = [...plan.output.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name)
    const packages = path.join(folder, 'packages')
    mkdirSync(packages, { recursive: true })
    const fetched = apt('apt-get', ['download', ...needed], packages)
    if (!fetched.ok) return fetched
    for (const file of readdirSync(packages)) {
      const done = run('dpkg-deb', ['-x', path.join(packages, file), folder])
      if (!done.ok) return done
    }
    rmSync(packages, { recursive: true })
    return fetched
  })
}

/** @param {string} name */
export function isKnown(name) {
  return apt('apt-cache', ['show', name]).ok
}

/** @param {RegExp} pattern */
function newestName(pattern) {
  const { compare } = new Intl.Collator('en', { numeric: true })
  return apt('apt-cache', ['pkgnames', 'linux-image-'])
    .output.split('\n')
    .filter(name => pattern.test(name))
    .sort(compare)
    .at(-1)
}

/**
 * @param {() => Result} attempt
 * @returns {Result}
 */
function withFreshLists(attempt) {
  const first = attempt()
  if (first.ok) return first
  if (areFresh) return { ok: false, output: updateFailure + first.output }
  say('refreshing the package lists (apt-get update)')
  areFresh = true
  if (!isRoot) mkdirSync(path.join(ownLists(), 'partial'), { recursive: true })
  const update = apt('apt-get', ['update'])
  const second = attempt()
  if (!update.ok) updateFailure = update.output
  return second.ok ? second : { ok: false, output: updateFailure + second.output }
}

/** The system's lists belong to root; others keep some of their own. */
function ownLists() {
  return path.join(cacheFolder(), 'apt-lists')
}

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @param {string} [cwd]
 * @returns {Result}
 */
function apt(program, words, cwd) {
  const options =
    isRoot || !areFresh
      ? []
      : [
          '-o',
          `Dir::State::Lists=${ownLists()}`,
          '-o',
          'Dir::Cache::pkgcache=',
          '-o',
          'Dir::Cache::srcpkgcache=',
        ]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
  return run(program, [...options, ...words], { env, ...(cwd === undefined ? {} : { cwd }) })
}
