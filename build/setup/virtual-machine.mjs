/**
 * What the tests of virtual machines need on top: QEMU, and two kernels whose difference is known. Without them
 * those tests are skipped, and say so.
 */

import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { cacheFolder } from './paths.mjs'
import { findProgram, run } from './programs.mjs'
import { say } from './talk.mjs'

const emulator = { program: 'qemu-system-x86_64', package: 'qemu-system-x86' }

/** fork and munmap of large folios work in batches since 6.9. Names of Debian's signed packages. */
export const testKernels = [
  { series: '6.1', pattern: /^linux-image-6\.1\.[\d-]+-cloud-amd64(?=_| |$)/ },
  { series: '6.12', pattern: /^linux-image-6\.12\.[\d.+deb-]+-cloud-amd64(?=_| |$)/ },
]

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
  const missing = [
    ...(findProgram(emulator.program) ? [] : [emulator.program]),
    ...testKernels
      .filter(({ pattern }) => !findTestKernel(pattern))
      .map(({ series }) => `a package of Debian's cloud kernel ${series} in ${kernelFolder()}`),
  ]
  return missing.length === 0 ? undefined : missing.join(', ')
}

/** Installs and fetches what is missing; where that is not possible the tests are skipped. */
export function installVirtualMachine() {
  if (missingForVirtualMachines() === undefined) return
  if (findProgram('apt-get')) {
    if (!findProgram(emulator.program) && process.getuid?.() === 0) installEmulator()
    fetchKernels()
  }
  const missing = missingForVirtualMachines()
  if (missing === undefined) return
  say(`the tests of virtual machines will be skipped: they need ${missing}`)
  if (findProgram('apt-get') && !findProgram(emulator.program))
    say(`to have them, run:  sudo apt-get install -y --no-install-recommends ${emulator.package}`)
}

function installEmulator() {
  say(`installing QEMU for the tests (apt-get: ${emulator.package})`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const words = ['install', '-y', '--no-install-recommends', emulator.package]
  if (run('apt-get', words, { env }).ok) return
  run('apt-get', ['update'], { env })
  run('apt-get', words, { env })
}

/** `apt-get download` needs no root, only package lists that are fresh enough. */
function fetchKernels() {
  mkdirSync(kernelFolder(), { recursive: true })
  for (const { series, pattern } of testKernels) {
    if (findTestKernel(pattern)) continue
    const name = newestPackage(pattern)
    if (name === undefined) continue
    say(`fetching the kernel ${series} for the tests (apt-get download ${name}, about 30 MB)`)
    run('apt-get', ['download', name], { cwd: kernelFolder() })
  }
}

/** @param {RegExp} pattern */
function newestPackage(pattern) {
  const { compare } = new Intl.Collator('en', { numeric: true })
  return run('apt-cache', ['search', '--names-only', '^linux-image-6.*-cloud-amd64$'])
    .output.split('\n')
    .flatMap(line => pattern.exec(line)?.[0] ?? [])
    .sort(compare)
    .at(-1)
}
