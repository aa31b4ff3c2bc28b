/** Packages of kernels that were fetched; whoever deletes the folder loses nothing but time. */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { architectureNamed, type Architecture } from '../contract/architecture.ts'
import type { Bytes } from '../contract/units.ts'
import { compareReleases } from './kernel-release.ts'

export type CachedKernel = Readonly<{
  /** As `uname -r` will name it: `6.12.38+deb13-cloud-amd64`. */
  release: string
  architecture: Architecture
  /** The package to boot, and what else belongs to it. */
  file: string
  files: readonly string[]
  bytes: Bytes
}>

/** What can be had again lies here (XDG Base Directory Specification). */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const usual = path.join(homedir(), '.cache')
  const { XDG_CACHE_HOME: caches = usual } = env
  return path.join(caches === '' ? usual : caches, 'folio-lab')
}

/** Where packages of kernels are kept. */
export function kernelFolder(env: NodeJS.ProcessEnv): string {
  return path.join(cacheFolder(env), 'kernels')
}

const packageName = /^linux-(?:image|binary|modules)-(\d+\.\d+[^_]*)_[^_]+_[^_]+\.deb$/

/** The kernels in the folder, oldest first; none when it is not there. */
export function listCachedKernels(folder: string): CachedKernel[] {
  const packages = packagesIn(folder)
  return [...new Set(packages.map(({ release }) => release))]
    .flatMap(release => {
      const files = packages.flatMap(other => (other.release === release ? [other.file] : []))
      const file = bootable(files)
      if (file === undefined) return []
      const architecture = architectureNamed(file) ?? 'x86-64'
      return [{ release, architecture, file, files, bytes: sumOfSizes(files) }]
    })
    .sort((one, other) => compareReleases(one.release, other.release))
}

function packagesIn(folder: string): Readonly<{ release: string; file: string }>[] {
  return namesIn(folder).flatMap(name => {
    const [, release] = packageName.exec(name) ?? []
    return release === undefined ? [] : [{ release, file: path.join(folder, name) }]
  })
}

function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder).sort() : []
}

/** Newer packages hold the image apart; none is in a package of modules. */
function bootable(files: readonly string[]): string | undefined {
  return ['linux-binary-', 'linux-image-']
    .flatMap(beginning => files.filter(file => path.basename(file).startsWith(beginning)))
    .at(0)
}

function sumOfSizes(files: readonly string[]): Bytes {
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}

/** Deletes the files of a kernel. */
export function removeCachedKernel({ files }: CachedKernel): void {
  for (const file of files) rmSync(file, { force: true })
}
