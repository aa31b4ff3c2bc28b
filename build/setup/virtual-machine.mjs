/**
 * What the tests of virtual machines need on top: QEMU, and two kernels whose difference is known.
 * Without them those tests are skipped, and say so.
 */

import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { cacheFolder, inProject, projectNode } from './paths.mjs'
import { download, hasApt, install, mayInstall } from './apt.mjs'
import { findProgram, run } from './programs.mjs'
import { say } from './talk.mjs'

const emulator = { program: 'qemu-system-x86_64', package: 'qemu-system-x86' }

/** fork and munmap of large folios work in batches since 6.9. Names of Debian's signed packages. */
export const testKernels = [
  { series: '6.1', pattern: /^linux-image-6\.1\.[\d-]+-cloud-amd64(?=_| |$)/ },
  { series: '6.12', pattern: /^linux-image-6\.12\.[\d.+deb-]+-cloud-amd64(?=_| |$)/ },
]

/**
 * In 6.17 mprotect of single pages became nearly twice as slow. Newer than the system's sources
 * may offer: the lab itself fetches them from another suite.
 */
export const steppingKernels = [
  { series: '6.16', pattern: /^linux-image-6\.16\.[\d.+deb-]+-cloud-amd64(?=_| |$)/ },
  { series: '6.17', pattern: /^linux-image-6\.17\.[\d.+deb-]+-cloud-amd64(?=_| |$)/ },
]
const steppingSuite = 'trixie-backports'

function kernelFolder() {
  return path.join(cacheFolder(), 'kernels')
}

/**
 * The package of a kernel that is in the cache.
 *
 * @param {RegExp} pattern
 * @returns {string | undefined} its path
 */
export function findTestKernel(pattern) {
  if (!existsSync(kernelFolder())) return undefined
  const name = readdirSync(kernelFolder()).find(file => pattern.test(file) && file.endsWith('.deb'))
  return name === undefined ? undefined : path.join(kernelFolder(), name)
}

/** Why the tests of virtual machines cannot run here; undefined when they can. */
export function missingForVirtualMachines() {
  return missingOf(testKernels)
}

/** Why the tests of kernels that differ in a step cannot run here; undefined when they can. */
export function missingForSteppingKernels() {
  return missingOf(steppingKernels)
}

/** @param {typeof testKernels} kernels */
function missingOf(kernels) {
  const missing = [
    ...(findProgram(emulator.program) ? [] : [emulator.program]),
    ...kernels
      .filter(({ pattern }) => !findTestKernel(pattern))
      .map(({ series }) => `a package of Debian's cloud kernel ${series} in ${kernelFolder()}`),
  ]
  return missing.length === 0 ? undefined : missing.join(', ')
}

/**
 * Installs and fetches what is missing; where that is not possible the tests are
 * skipped, or fail with CI=true.
 */
export function installVirtualMachine() {
  if ([missingForVirtualMachines(), missingForSteppingKernels()].every(what => what === undefined)) return
  if (!findProgram(emulator.program) && mayInstall()) installEmulator()
  if (hasApt()) fetchKernels()
  const step = missingForSteppingKernels()
  if (step !== undefined) say(`the test of a step between two kernels cannot run: it needs ${step}`)
  const missing = missingForVirtualMachines()
  if (missing === undefined) return
  say(`the tests of virtual machines cannot run: they need ${missing}`)
  if (hasApt() && !findProgram(emulator.program))
    say(`to have them, run:  sudo apt-get install -y --no-install-recommends ${emulator.package}`)
}

function installEmulator() {
  say(`installing QEMU for the tests (apt-get: ${emulator.package})`)
  complain(
    `QEMU cannot be installed`,
    install(() => [emulator.package]),
  )
}

function fetchKernels() {
  mkdirSync(kernelFolder(), { recursive: true })
  for (const { series, pattern } of testKernels)
    if (!findTestKernel(pattern))
      complain(`The kernel ${series} cannot be fetched`, download(pattern, kernelFolder()))
  const lacking = steppingKernels.filter(({ pattern }) => !findTestKernel(pattern))
  if (lacking.length > 0) fetchByLab(lacking.map(({ series }) => series))
}

/** @param {readonly string[]} series */
function fetchByLab(series) {
  say(`downloading the kernels ${series.join(' and ')} (folio-lab kernels fetch, about 50 MB each)`)
  const words = [inProject('engine/cli/main.ts'), 'kernels', 'fetch', ...series, '--suites', steppingSuite]
  complain(`The kernels ${series.join(' and ')} cannot be fetched`, run(projectNode, words))
}

/**
 * @param {string} what
 * @param {import('./apt.mjs').Result} result
 */
function complain(what, { ok, output }) {
  if (!ok) say(`${what}: ${output.trim().split('\n').slice(-3).join(' ')}`)
}
