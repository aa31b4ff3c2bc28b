/** Fetched and offered kernels as rows of one list, and what the field for suites means. Pure. */
import { architectureNamed, hasLargePagesByName } from '../../../engine/contract/architecture.ts'
import { SuiteName, type FetchedKernel, type KernelOffer } from '../../../engine/contract/kernels.ts'
import { mebibyte } from '../../../engine/contract/units.ts'
import { formatBytes } from '../../../engine/text/size-text.ts'

export type ListedKernel = Readonly<{
  release: string
  /** Of the package; empty when it is not on offer any more. */
  version: string
  download: string
  /** The size of what was fetched; null: nothing was. */
  fetched: string | null
  file: string | null
}>

/** Newest first; both lists are oldest first. */
export function listKernels(
  fetched: readonly FetchedKernel[],
  offered: readonly KernelOffer[],
): ListedKernel[] {
  const there = new Map(fetched.map(kernel => [kernel.release, kernel]))
  const onOffer = new Set(offered.map(({ release }) => release))
  const gone = fetched.filter(({ release }) => !onOffer.has(release))
  function rowOf(release: string, offer: KernelOffer | undefined): ListedKernel {
    const kernel = there.get(release)
    return {
      release,
      version: offer?.version ?? '',
      download: offer ? sizeText(offer.bytes) : '',
      fetched: kernel ? sizeText(kernel.bytes) : null,
      file: kernel?.file ?? null,
    }
  }
  return [
    ...gone.map(({ release }) => rowOf(release, undefined)),
    ...offered.map(offer => rowOf(offer.release, offer)),
  ].reverse()
}

/**
 * The newest kernel and the one before it that is for the same machines, else the one that stands
 * before it; `kernels` are oldest first.
 */
export function twoToCompare(kernels: readonly FetchedKernel[]): readonly (FetchedKernel | undefined)[] {
  const newer = kernels.at(-1)
  const others = kernels.slice(0, -1)
  const alike = others.findLast(({ file }) => newer && machinesOf(file) === machinesOf(newer.file))
  return [alike ?? others.at(-1), newer]
}

/** What tells for which machines a kernel is. */
function machinesOf(file: string): string {
  return `${architectureNamed(file) ?? ''} ${hasLargePagesByName(file)}`
}

/** `12 fetched, 270 MiB`. */
export function fetchedText(fetched: readonly FetchedKernel[]): string {
  return `${fetched.length} fetched, ${sizeText(fetched.reduce((sum, { bytes }) => sum + bytes, 0))}`
}

function sizeText(bytes: number): string {
  return formatBytes(Math.round(bytes / mebibyte) * mebibyte)
}

/** The suites that a text names, and what is wrong with it. */
export function readSuites(text: string): Readonly<{ suites: string[]; error?: string }> {
  const suites = text.split(/[\s,]+/).filter(word => word !== '')
  const wrong = suites.find(suite => !SuiteName.safeParse(suite).success)
  return wrong === undefined
    ? { suites }
    : { suites: [], error: `“${wrong}” is not the name of a suite, such as trixie or bookworm-backports.` }
}
