import { gibibyte, kibibyte, mebibyte, type Bytes } from '../contract/units.ts'

const factors: Readonly<Record<string, Bytes>> = {
  '': 1,
  K: kibibyte,
  M: mebibyte,
  G: gibibyte,
  T: 1024 * gibibyte,
}

/**
 * Reads a size as kernel tools write it: a number with K, M, G or T, which are powers of 1024
 * (`64M`, `2 MiB`, `1.5G`); without a unit it is bytes. Null when it is no such text or not a whole
 * number of bytes. `MB` is refused: it does not say which of the two megabytes is meant.
 */
export function parseBytes(text: string): Bytes | null {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([KMGT]?)(?:iB)?|B)$/i.exec(text.trim())
  const amount = match?.[1]
  if (amount === undefined) return null
  const factor = factors[(match?.[2] ?? '').toUpperCase()]
  const bytes = factor === undefined ? NaN : Number(amount) * factor
  return Number.isSafeInteger(bytes) ? bytes : null
}

const scales = [
  { bytes: 1024 * gibibyte, unit: 'TiB' },
  { bytes: gibibyte, unit: 'GiB' },
  { bytes: mebibyte, unit: 'MiB' },
  { bytes: kibibyte, unit: 'KiB' },
] as const

/**
 * A size for people: the largest binary unit with at most one decimal (`64
 * MiB`, `1.5 GiB`, `512 B`).
 */
export function formatBytes(bytes: Bytes): string {
  const scale = scales.find(candidate => Math.abs(bytes) >= candidate.bytes)
  if (!scale) return `${Math.round(bytes)} B`
  const amount = bytes / scale.bytes
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${scale.unit}`
}
