/**
 * What the tests of other machines need on top: an ssh server, Slurm, and an emulator of 64-bit
 * Arm. They are unpacked into the cache and never installed, since installing them would open a
 * port on the developer's machine. Without them those tests are skipped, and say so.
 */

import { existsSync } from 'node:fs'
import path from 'node:path'
import { hasApt, unpack } from './apt.mjs'
import { cacheFolder } from './paths.mjs'
import { findProgram } from './programs.mjs'
import { say } from './talk.mjs'

/** Names of Debian's packages. */
const packages = ['openssh-server', 'slurmctld', 'slurmd', 'slurm-client', 'qemu-user-static']
const programs = [
  ...['sshd', 'slurmctld', 'slurmd', 'slurmstepd', 'sbatch', 'scontrol', 'scancel'],
  'qemu-aarch64-static',
]

/** Debian calls the programs of Slurm so beside the names that it gives out. */
const ending = '-wlm'

/** The folder that they are unpacked into. */
export function unpackedTools() {
  return path.join(cacheFolder(), 'machine-tools')
}

/**
 * @param {string} name
 * @returns {string | undefined} its path
 */
export function findMachineTool(name) {
  const folders = ['/usr/sbin', ...['usr/sbin', 'usr/bin'].map(folder => path.join(unpackedTools(), folder))]
  const unpacked = folders.flatMap(folder => [name, name + ending].map(file => path.join(folder, file)))
  return findProgram(name) ?? unpacked.find(file => existsSync(file))
}

/** Where programs that were unpacked find their libraries. */
export function machineToolLibraries() {
  const folder = path.join(
    unpackedTools(),
    'usr/lib',
    `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
  )
  return { libraries: `${folder}:${path.join(folder, 'slurm-wlm')}`, plugins: path.join(folder, 'slurm-wlm') }
}

/**
 * Unpacks what is missing; where that is not possible the tests are skipped, or fail with CI=true.
 */
export function installMachineTools() {
  if (programs.every(name => findMachineTool(name) !== undefined)) return
  if (hasApt()) {
    say(
      `unpacking an ssh server, Slurm and an emulator for the tests (apt-get download: ${packages.join(' ')}, about 45 MB)`,
    )
    const { ok, output } = unpack(packages, unpackedTools())
    if (!ok) say(`They cannot be fetched: ${output.trim().split('\n').slice(-3).join(' ')}`)
  }
  const missing = programs.filter(name => findMachineTool(name) === undefined)
  if (missing.length > 0)
    say(
      `the tests of other machines cannot run: they need ${missing.join(', ')} (Debian: ${packages.join(' ')})`,
    )
}
