/**
 * Reads `1, 2 4` as numbers; NaN stands for a word that is none, so that
 * validation names its place.
 */
export function readNumbers(text: string): number[] {
  return words(text).map(readNumber)
}

/** Reads a CPU list as the kernel writes it: `0-3,8`. A range that is none becomes NaN. */
export function readCpuList(text: string): number[] {
  return words(text).flatMap(word => {
    const range = /^(\d+)-(\d+)$/.exec(word)
    if (!range) return [readNumber(word)]
    const first = Number(range[1])
    const last = Number(range[2])
    const isRange = last >= first && last - first < longestRange
    return isRange ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [NaN]
  })
}

const longestRange = 4096 // CPUs; more is a typing error

/** A plain decimal number; NaN for anything else, also for an empty text. */
export function readNumber(text: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : NaN
}

function words(text: string): string[] {
  return text.split(/[\s,;]+/).filter(word => word !== '')
}
