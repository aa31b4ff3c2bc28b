/** What rows and columns of a comparison are called, and in what their values are. */
import { quantityOf, type Quantity } from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import type { Comparison, ComparisonVariant } from '../../contract/comparison.ts'
import { clockOf } from '../../contract/variant.ts'
import { referenceKey } from '../words.ts'

/** What the values of a cell count, by the clock of the baseline. */
export function cellQuantity({ baseline }: Comparison, cell: Cell): Quantity {
  return quantityOf(cell.benchmark, clockOf(baseline.variant))
}

/** Names of all variants by the keys of their references. */
export function variantNames(comparison: Comparison): ReadonlyMap<string, string> {
  return new Map(
    comparison.variants.map(variant => [referenceKey(variant.reference), variantName(comparison, variant)]),
  )
}

/**
 * What tells a variant apart from the others shown: its label, else the label of
 * its run, else the run's id.
 */
export function variantName(comparison: Comparison, variant: ComparisonVariant): string {
  const all = [comparison.baseline, ...comparison.variants]
  const { label } = variant.variant
  if (all.filter(other => other.variant.label === label).length === 1) return label
  if (all.filter(other => other.runLabel === variant.runLabel).length === 1) return variant.runLabel
  return `${label} (${variant.reference.runId.slice(0, 8)})`
}
