/** What rows and columns of a comparison are called, and in what their values are. */
import { quantityOf, type Quantity } from '../../contract/benchmark.ts'
import type { Cell } from '../../contract/case.ts'
import { referenceKey, type Comparison } from '../../contract/comparison.ts'
import { clockOf } from '../../contract/variant.ts'
import { variantTitle } from '../../text/variant-text.ts'

/** What the values of a cell count, by the clock of the baseline. */
export function cellQuantity({ baseline }: Comparison, cell: Cell): Quantity {
  return quantityOf(cell.benchmark, clockOf(baseline.variant))
}

/** Names of all variants by the keys of their references. */
export function variantNames(comparison: Comparison): ReadonlyMap<string, string> {
  return new Map(
    comparison.variants.map(variant => [referenceKey(variant.reference), variantTitle(comparison, variant)]),
  )
}
