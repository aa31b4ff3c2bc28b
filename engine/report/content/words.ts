/** Words and numbers that several forms of a report share. */
import type { Quantity } from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import type { ComparisonRow } from '../../contract/comparison.ts'
import { returnsTitles } from '../../contract/returns.ts'
import { formatBytes } from '../../text/size-text.ts'
import { signedText } from '../../text/signed-text.ts'
import { formatScaled, scaleFor } from '../../text/value-text.ts'
import type { Variant } from '../../contract/variant.ts'

/** A value with its unit: `7.312 ms`. */
export function formatValue(value: number, quantity: Quantity): string {
  const scale = scaleFor(quantity, [value])
  return `${formatScaled(value, scale)} ${scale.unit}`
}

/** Both ends of an interval in the unit of the lower one: `7.298 - 7.330 ms`. */
export function formatRange(low: number, high: number, quantity: Quantity): string {
  const scale = scaleFor(quantity, [low])
  return `${formatScaled(low, scale)} - ${formatScaled(high, scale)} ${scale.unit}`
}

/**
 * Sign and one decimal, as the published tables have it, without the unit: `+13.4`, `-2.1`, `0.0`.
 */
export function formatChange(percent: number): string {
  return signedText(percent, 1)
}

/**
 * Sign and two decimals, for ends of intervals, which are compared with thresholds of 1 %:
 * `+13.42`.
 */
export function formatFineChange(percent: number): string {
  return signedText(percent, 2)
}

/** A size in percent, without a sign: `1.00`. */
export function formatSize(percent: number): string {
  return percent.toFixed(2)
}

/** A p-value with three digits, as papers print it. */
export function formatP(p: number): string {
  return p < 0.001 ? '<.001' : p.toFixed(3)
}

/**
 * What all cells have in common: `1 GiB in folios of 2 MiB`, `1 GiB in folios of 64 KiB, 2 MiB`;
 * empty where regions differ.
 */
export function commonParameters(cells: readonly Cell[]): string {
  const regions = new Set(cells.map(({ parameters }) => formatBytes(parameters.sizeBytes)))
  const folios = new Set(cells.map(({ parameters }) => formatBytes(parameters.folioBytes)))
  return regions.size === 1 ? `${[...regions].join('')} in folios of ${[...folios].join(', ')}` : ''
}

/** Verdicts in the space of a table column. */
export const verdictWords: Readonly<Record<ComparisonRow['verdict'], string>> = {
  improved: 'improved',
  regressed: 'regressed',
  'no-change': 'no change',
  'changed-within-floor': 'within floor',
  'not-resolved': 'unclear',
  'too-few': 'too few',
  'not-calibrated': 'no verdict',
  'not-comparable': 'no verdict',
  disturbed: 'disturbed',
}

/**
 * How functions of the model returned, to follow a title: `, safe RET`; empty for kernels, and both
 * kinds where they differ.
 */
export function returnsWords(variants: readonly Variant[]): string {
  const kinds = new Set(variants.flatMap(variant => (variant.target === 'model' ? [variant.returns] : [])))
  return [...kinds].map((kind, index) => `${index === 0 ? ', ' : ' and '}${returnsTitles[kind]}`).join('')
}
