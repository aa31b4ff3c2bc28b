/** Kernels that package sources offer, and those that were fetched, as one list. */
import { mkdirSync } from 'node:fs'
import { machine } from 'node:os'
import path from 'node:path'
import { architectureNamed, architectureSynonyms, type Architecture } from '../contract/architecture.ts'
import { Failure } from '../contract/failure.ts'
import type { Bytes } from '../contract/units.ts'
import { Apt, type ListedPackage } from './apt.ts'
import {
  cacheFolder,
  kernelFolder,
  listCachedKernels,
  removeCachedKernel,
  type CachedKernel,
} from './kernel-cache.ts'
import { compareReleases, kernelsNamed } from './kernel-release.ts'

/** Kernels for virtual machines, which are small and have everything that the lab needs. */
const usualFlavours: Readonly<Record<Architecture, string>> = {
  'x86-64': 'cloud-amd64',
  arm64: 'cloud-arm64',
}

/** The architecture of the kernels of this machine. */
export function ownArchitecture(): Architecture {
  return machine() === architectureSynonyms.arm64.uname ? 'arm64' : 'x86-64'
}

/** The flavour that is wanted, or the usual one; throws `bad-input` for one of another kind. */
export function flavourFrom(flavour: string | undefined, architecture: Architecture | undefined): string {
  if (flavour === undefined) return usualFlavours[architecture ?? ownArchitecture()]
  const own = architectureNamed(flavour)
  if (own === null)
    throw new Failure(
      'bad-input',
      `“${flavour}” is not a kind of Debian’s kernels that is known here.`,
      `Such are cloud-amd64, amd64, cloud-arm64, arm64, and arm64-16k with pages of 16 KiB.`,
    )
  if (architecture === undefined || own === architecture) return flavour
  throw new Failure(
    'bad-input',
    `Kernels of the kind “${flavour}” are for ${own}, not for ${architecture}.`,
    `Leave --arch out, or choose a kind for ${architecture} such as ${usualFlavours[architecture]}.`,
  )
}

export type OfferedKernel = Readonly<{
  release: string
  /** Of the package. */
  version: string
  /** What is downloaded. */
  bytes: Bytes
  packages: readonly OfferedPackage[]
}>

type OfferedPackage = Pick<ListedPackage, 'name' | 'bytes'>

/** What newer kernels keep in packages of their own: the image, and the modules. */
const partsApart = ['linux-binary', 'linux-modules']

/**
 * The kernels among the packages, oldest first: each with those that hold its image and its
 * modules where these are others.
 */
export function kernelsAmong(packages: readonly ListedPackage[], flavour: string): OfferedKernel[] {
  const byName = new Map(packages.map(listed => [listed.name, listed]))
  return packages
    .flatMap(listed => {
      const release = releaseOf(listed.name, flavour)
      if (release === null) return []
      const apart = partsApart.flatMap(part => byName.get(`${part}-${release}`) ?? [])
      const parts = [...apart.filter(({ name }) => listed.needs.includes(name)), listed]
      return [
        {
          release,
          version: listed.version,
          ...asDownload(parts),
        },
      ]
    })
    .sort((one, other) => compareReleases(one.release, other.release))
}

function asDownload(parts: readonly OfferedPackage[]): Pick<OfferedKernel, 'bytes' | 'packages'> {
  return {
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    packages: parts.map(({ name, bytes }) => ({ name, bytes })),
  }
}

/** Meta-packages have two numbers, kernels three. */
function releaseOf(name: string, flavour: string): string | null {
  const [, release] = /^linux-image-(\d+\.\d+\.\d+.*)$/.exec(name) ?? []
  const version = release?.endsWith(`-${flavour}`) === true ? release.slice(0, -flavour.length - 1) : null
  // `6.12.38-rt` is another flavour, whose name ends with this one's.
  return version === null || /-(?:cloud|rt|unsigned)$/.test(version) ? null : (release ?? null)
}

export class KernelStore {
  readonly #env: NodeJS.ProcessEnv
  readonly #apt: Apt
  readonly #flavour: string

  /** `flavour`: of the kernels on offer, as their releases end. */
  constructor(env: NodeJS.ProcessEnv, suites: readonly string[], flavour: string) {
    this.#env = env
    this.#flavour = flavour
    this.#apt = new Apt(path.join(cacheFolder(env), 'apt'), suites, architectureNamed(flavour) ?? 'x86-64')
  }

  cached(): CachedKernel[] {
    return listCachedKernels(kernelFolder(this.#env))
  }

  /** What the sources offer; `anew`: even when the lists are of today. */
  async offered(anew = false): Promise<OfferedKernel[]> {
    await this.#apt.refresh(anew)
    const packages = await this.#apt.list(`^linux-(image|binary|modules)-[0-9].*-${this.#flavour}$`)
    return kernelsAmong(packages, this.#flavour)
  }

  /**
   * Fetches the kernels that the words name, and of those that are there the packages that are
   * missing. Looks into fresh lists before it says that there is none (`not-found`).
   */
  async fetch(words: readonly string[], tell: (kernel: OfferedKernel) => void): Promise<CachedKernel[]> {
    const wanted = await this.#wanted(words)
    const folder = kernelFolder(this.#env)
    mkdirSync(folder, { recursive: true })
    for (const kernel of wanted) {
      const there = this.#find(kernel.release)?.files.map(file => path.basename(file)) ?? []
      const missing = kernel.packages.filter(({ name }) => !there.some(file => file.startsWith(`${name}_`)))
      if (missing.length === 0) continue
      tell({ ...kernel, ...asDownload(missing) })
      await this.#apt.download(
        missing.map(({ name }) => name),
        folder,
      )
    }
    return wanted.flatMap(({ release }) => this.#find(release) ?? [])
  }

  async #wanted(words: readonly string[]): Promise<OfferedKernel[]> {
    for (const anew of [false, true]) {
      const offered = await this.offered(anew)
      const named = words.map(word => kernelsNamed(word, offered))
      const missing = words.filter((_, index) => named[index]?.length === 0)
      if (missing.length === 0) return [...new Set(named.flat())]
      if (anew) throw notOffered(missing, offered)
    }
    return []
  }

  #find(release: string): CachedKernel | undefined {
    return this.cached().find(kernel => kernel.release === release)
  }

  /**
   * Removes the kernels that the words name, of the architecture of the flavour unless a word says
   * another; throws `not-found`, and then nothing is removed.
   */
  remove(words: readonly string[]): CachedKernel[] {
    const cached = this.cached()
    const own = architectureNamed(this.#flavour)
    const named = words.map(word => {
      const wanted = architectureNamed(word) ?? own
      return kernelsNamed(
        word,
        cached.filter(({ architecture }) => architecture === wanted),
      )
    })
    const missing = words.filter((_, index) => named[index]?.length === 0)
    if (missing.length > 0)
      throw new Failure(
        'not-found',
        `No kernel ${missing.join(', ')} was fetched.`,
        cached.length === 0 ? '' : `There are: ${cached.map(({ release }) => release).join(', ')}.`,
      )
    const removed = [...new Set(named.flat())]
    removed.forEach(removeCachedKernel)
    return removed
  }
}

function notOffered(missing: readonly string[], offered: readonly OfferedKernel[]): Failure {
  const series = offered.map(({ release }) => release)
  return new Failure(
    'not-found',
    `The package sources offer no kernel ${missing.join(', ')}.`,
    series.length === 0
      ? 'They offer none at all: name Debian suites with --suites, such as bookworm,bookworm-backports.'
      : `They offer: ${series.join(', ')}. More suites: --suites bookworm,bookworm-backports,trixie,trixie-backports.`,
  )
}
