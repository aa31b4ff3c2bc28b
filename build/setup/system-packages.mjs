import { existsSync } from 'node:fs'
import { hasApt, install, isKnown, mayInstall } from './apt.mjs'
import { findProgram, run } from './programs.mjs'
import { say, SetupStop } from './talk.mjs'

/**
 * What Chromium loads: GTK brings most of the rest with it. Names of Debian 12; where Debian 13 and
 * Ubuntu 24.04 renamed a package whose time type grew to 64 bit, that name too.
 *
 * @type {readonly { name: string, newer?: string }[]}
 */
export const windowPackages = [
  { name: 'libgtk-3-0', newer: 'libgtk-3-0t64' },
  { name: 'libnss3' },
  { name: 'libasound2', newer: 'libasound2t64' },
  { name: 'libgbm1' },
  { name: 'libxss1' },
]

/** What the tests need on top: a display without a screen, and what tests and lints C++. */
const testPackages = [
  { name: 'xvfb', isPresent: () => findProgram('Xvfb') !== undefined },
  { name: 'doctest-dev', isPresent: () => existsSync('/usr/include/doctest/doctest.h') },
  { name: 'nlohmann-json3-dev', isPresent: () => existsSync('/usr/include/nlohmann/json.hpp') },
  { name: 'clang-format', isPresent: () => findProgram('clang-format') !== undefined },
  { name: 'clang-tidy', isPresent: () => findProgram('clang-tidy') !== undefined },
]

/** Installs what is missing of them; stops set-up where that is not possible. */
export function installTestPackages() {
  const missing = testPackages.filter(({ isPresent }) => !isPresent()).map(({ name }) => name)
  if (missing.length === 0) return
  installPackages(missing, 'for the tests')
  const stillMissing = testPackages.filter(({ isPresent }) => !isPresent()).map(({ name }) => name)
  if (stillMissing.length > 0) throw cannotInstall(stillMissing, 'for the tests')
}

/**
 * Makes sure that a runtime finds every shared library it is linked with.
 *
 * @param {string} electron its executable
 */
export function installWindowLibraries(electron) {
  if (missingLibraries(electron).length === 0) return
  installPackages(
    windowPackages.map(({ name }) => name),
    'for the window',
  )
  const missing = missingLibraries(electron)
  if (missing.length === 0) return
  throw new SetupStop(
    `The window needs libraries that this system does not have: ${missing.join(', ')}.`,
    'Install the packages of your distribution that hold them.',
  )
}

/** @param {string} electron */
function missingLibraries(electron) {
  const { output } = run('ldd', [electron])
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map(([, library]) => library ?? '')
}

/**
 * @param {readonly string[]} packages
 * @param {string} purpose
 */
function installPackages(packages, purpose) {
  if (!mayInstall()) throw cannotInstall(packages, purpose)
  say(`installing system packages ${purpose} (apt-get: ${packages.join(' ')})`)
  const { ok, output } = install(() => namesHere(packages))
  if (!ok) throw cannotInstall(packages, purpose, output)
}

/**
 * @param {readonly string[]} packages
 * @param {string} purpose
 * @param {string} [details]
 */
function cannotInstall(packages, purpose, details) {
  const words = namesHere(packages).join(' ')
  return new SetupStop(
    `System packages are missing ${purpose}: ${words}.`,
    hasApt()
      ? `Run:  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${words}`
      : 'These are the names on Debian; install what your distribution calls them.',
    details,
  )
}

/** @param {readonly string[]} packages */
function namesHere(packages) {
  return packages.map(name => {
    const newer = windowPackages.find(known => known.name === name)?.newer
    return newer !== undefined && isKnown(newer) ? newer : name
  })
}
