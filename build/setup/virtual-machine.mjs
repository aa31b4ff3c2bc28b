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
const armEmulator = { program: 'qemu-system-aarch64', package: 'qemu-system-arm' }

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

/** An arm64 kernel, of packages that no machine of another kind lists by itself. */
export const armKernel = { series: '6.1', pattern: /^linux-image-6\.1\.[\d-]+-cloud-arm64(?=_| |$)/ }
const armSuite = 'bookworm'

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

/** Why the test of an arm64 kernel cannot run here; undefined when it can. */
export function missingForArmMachines() {
  const agent = inProject('out/native/release/folio-agent-aarch64')
  const others = missingForArmGuests()
  const missing = [
    ...(existsSync(agent) || process.arch === 'arm64' ? [] : [`${agent} (needs aarch64-linux-gnu-g++)`]),
    ...(others === undefined ? [] : [others]),
  ]
  return missing.length === 0 ? undefined : missing.join(', ')
}

/** What is fetched here of what they need; the agent is built beside. */
function missingForArmGuests() {
  return missingOf([armKernel], armEmulator, 'arm64')
}

/**
 * @param {typeof testKernels} kernels
 * @param {typeof emulator} needed
 * @param {string} architecture as Debian names it
 */
function missingOf(kernels, needed = emulator, architecture = 'amd64') {
  const missing = [
    ...(findProgram(needed.program) ? [] : [needed.program]),
    ...kernels
      .filter(({ pattern }) => !findTestKernel(pattern))
      .map(
        ({ series }) =>
          `a package of Debian's cloud kernel ${series} for ${architecture} in ${kernelFolder()}`,
      ),
  ]
  return missing.length === 0 ? undefined : missing.join(', ')
}

/**
 * Installs and fetches what is missing; where that is not possible the tests are
 * skipped, or fail with CI=true.
 */
export function installVirtualMachine() {
  const all = [missingForVirtualMachines(), missingForSteppingKernels(), missingForArmGuests()]
  if (all.every(what => what === undefined)) return
  for (const needed of [emulator, armEmulator])
    if (!findProgram(needed.program) && mayInstall()) installEmulator(needed)
  if (hasApt()) fetchKernels()
  const arm = missingForArmGuests()
  if (arm !== undefined) say(`the test of an arm64 kernel cannot run: it needs ${arm}`)
  const step = missingForSteppingKernels()
  if (step !== undefined) say(`the test of a step between two kernels cannot run: it needs ${step}`)
  const missing = missingForVirtualMachines()
  if (missing === undefined) return
  say(`the tests of virtual machines cannot run: they need ${missing}`)
  if (hasApt() && !findProgram(emulator.program))
    say(`to have them, run:  sudo apt-get install -y --no-install-recommends ${emulator.package}`)
}

/** @param {typeof emulator} needed */
function installEmulator(needed) {
  say(`installing QEMU for the tests (apt-get: ${needed.package})`)
  complain(
    `${needed.package} cannot be installed`,
    install(() => [needed.package]),
  )
}

function fetchKernels() {
  mkdirSync(kernelFolder(), { recursive: true })
  for (const { series, pattern } of testKernels)
    if (!findTestKernel(pattern))
      complain(`The kernel ${series} cannot be fetched`, download(pattern, kernelFolder()))
  const lacking = steppingKernels.filter(({ pattern }) => !findTestKernel(pattern))
  if (lacking.length > 0)
    fetchByLab(
      lacking.map(({ series }) => series),
      ['--suites', steppingSuite],
      50,
    )
  if (!findTestKernel(armKernel.pattern))
    fetchByLab([armKernel.series], ['--arch', 'arm64', '--suites', armSuite], 20)
}

/**
 * @param {readonly string[]} series
 * @param {readonly string[]} from options of the command
 * @param {number} megabytes of each, about
 */
function fetchByLab(series, from, megabytes) {
  const kernels = [...series, ...from].join(' ')
  say(`downloading kernels (folio-lab kernels fetch ${kernels}, about ${megabytes} MB each)`)
  const words = [inProject('engine/cli/main.ts'), 'kernels', 'fetch', ...series, ...from]
  complain(`The kernels ${series.join(' and ')} cannot be fetched`, run(projectNode, words))
}

/**
 * @param {string} what
 * @param {import('./apt.mjs').Result} result
 */
function complain(what, { ok, output }) {
  if (!ok) say(`${what}: ${output.trim().split('\n').slice(-3).join(' ')}`)
}
