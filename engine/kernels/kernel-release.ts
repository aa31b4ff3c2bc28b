/** Releases of kernels in order, series and ranges of them. Pure. */
import { hasLargePagesByName } from '../contract/architecture.ts'
import { Failure } from '../contract/failure.ts'

/**
 * Older releases first, numbers by their size; what comes before a release (`7.0~rc1`) before the
 * release itself.
 */
export function compareReleases(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = compareParts(left[index], right[index])
    if (difference !== 0) return difference
  }
  return 0
}

function partsOf(release: string): string[] {
  return release.match(/\d+|~|[^\d~]+/g) ?? []
}

function compareParts(one: string | undefined, other: string | undefined): number {
  const difference = rankOf(one) - rankOf(other)
  if (difference !== 0 || one === undefined || other === undefined || one === other) return difference
  const [left, right] = [Number(one), Number(other)]
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right
  return one < other ? -1 : 1
}

/** A tilde is less than the end, and the end less than anything else. */
function rankOf(part: string | undefined): number {
  if (part === undefined) return 1
  return part === '~' ? 0 : 2
}

/** `6.12` of `6.12.38+deb13-cloud-amd64`; null when it does not begin so. */
export function seriesOf(release: string): string | null {
  return /^\d+\.\d+(?=\D|$)/.exec(release)?.[0] ?? null
}

/** From the first of the series to the last, both included. */
export type SeriesRange = Readonly<{ from: string; to: string }>

/**
 * The range that `6.1..7.3` means; null when the text is none. Throws `bad-input` when it is empty.
 */
export function parseSeriesRange(text: string): SeriesRange | null {
  const [, from, to] = /^(\d+\.\d+)\.\.(\d+\.\d+)$/.exec(text) ?? []
  if (from === undefined || to === undefined) return null
  if (compareReleases(from, to) <= 0) return { from, to }
  throw new Failure(
    'bad-input',
    `${text} is not a range of kernels.`,
    `Write the older one first: ${to}..${from}.`,
  )
}

/** Whether a series lies between the ends of a range, both of which belong to it. */
export function isInRange(series: string, { from, to }: SeriesRange): boolean {
  return compareReleases(from, series) <= 0 && compareReleases(series, to) <= 0
}

/**
 * Of each series its newest release, older series first; one with pages of 16 KiB only where there
 * is no other.
 */
export function newestOfEach<Kernel extends Readonly<{ release: string }>>(
  kernels: readonly Kernel[],
): Kernel[] {
  const newest = new Map<string, Kernel>()
  for (const kernel of [...kernels].sort((one, other) => compareReleases(one.release, other.release))) {
    const series = seriesOf(kernel.release) ?? kernel.release
    const before = newest.get(series)
    if (!before || hasLargePagesByName(before.release) || !hasLargePagesByName(kernel.release))
      newest.set(series, kernel)
  }
  return [...newest.values()]
}

/** A series or a range of them, and how the releases that are meant end: `6.12-arm64-16k`. */
const seriesWord = /^(\d+\.\d+(?:\.\.\d+\.\d+)?)(?:-([a-z][\w-]*))?$/

/** The range that a word names, whatever ending follows it; null when it is none. */
export function rangeNamed(word: string): SeriesRange | null {
  return parseSeriesRange(seriesWord.exec(word)?.[1] ?? '')
}

/**
 * The kernels that a word of the user names: a release, a series (its newest), or a range (the
 * newest of each series), of one flavour where it is named (`6.12-arm64-16k`); empty when there
 * are none.
 */
export function kernelsNamed<Kernel extends Readonly<{ release: string }>>(
  word: string,
  kernels: readonly Kernel[],
): Kernel[] {
  const exact = kernels.filter(({ release }) => release === word)
  if (exact.length > 0) return exact
  const [, series, flavour] = seriesWord.exec(word) ?? []
  if (series === undefined) return []
  const range = parseSeriesRange(series) ?? { from: series, to: series }
  const meant = kernels.filter(({ release }) => flavour === undefined || release.endsWith(`-${flavour}`))
  return newestOfEach(meant).filter(({ release }) => {
    const own = seriesOf(release)
    return own !== null && isInRange(own, range)
  })
}
