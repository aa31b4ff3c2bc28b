/** The published tables in the shape of a comparison. Pure. */
import type { ComparisonRow, PublishedChanges, VariantReference } from '../contract/comparison.ts'
import { stageOfSwitches, switchesOfScheme } from '../contract/own-variant.ts'
import type { Reference } from '../contract/reference.ts'
import type { Percent } from '../contract/units.ts'
import type { Variant } from '../contract/variant.ts'
import { groupBy } from './group-by.ts'

/** What names the rows of a comparison: their variants, by reference. */
type Named = Readonly<{ baseline: Variant; variantOf: (reference: VariantReference) => Variant | undefined }>

/**
 * The published changes of the same schemes, benchmarks and folio sizes as the rows, one entry a
 * table; tables without any are left out. Each was published against one scheme; against another
 * one of the table, p′ = (1 + p_variant)/(1 + p_baseline) − 1. A published machine had one kernel,
 * so that variants whose functions return in another way than the baseline’s have no published
 * change.
 */
export function publishedBeside(
  rows: readonly Pick<ComparisonRow, 'cell' | 'variant'>[],
  { baseline, variantOf }: Named,
  references: readonly Reference[],
): PublishedChanges[] {
  return [...groupBy(references, ({ table }) => table).values()].flatMap(own => {
    const [first] = own
    if (!first) return []
    const published = new Map(
      own.flatMap(({ baseline: base, stage, benchmark, folioBytes, percent }) => [
        [`${stage} ${benchmark} ${folioBytes}`, percent],
        [`${base} ${benchmark} ${folioBytes}`, 0],
      ]),
    )
    const matching = rows.flatMap(({ cell, variant }) => {
      const column = `${cell.benchmark} ${cell.parameters.folioBytes}`
      const base = published.get(`${stageOf(baseline)} ${column}`)
      const other = variantOf(variant)
      const percent = published.get(`${stageOf(other)} ${column}`)
      if (base === undefined || percent === undefined || returnsOf(other) !== returnsOf(baseline)) return []
      return [{ cell, variant, percent: rebased(percent, base) }]
    })
    const { table, title, machine, cpu, returns, source } = first
    return matching.length === 0 ? [] : [{ table, title, machine, cpu, returns, source, rows: matching }]
  })
}

/** An own variant that equals a stage is that stage. */
function stageOf(variant: Variant | undefined): string {
  if (variant?.target !== 'model') return ''
  const chosen = switchesOfScheme(variant.scheme)
  return (chosen && stageOfSwitches(chosen)) ?? variant.scheme
}

function returnsOf(variant: Variant | undefined): string {
  return variant?.target === 'model' ? variant.returns : ''
}

function rebased(percent: Percent, base: Percent): Percent {
  return base === 0 ? percent : 100 * ((100 + percent) / (100 + base) - 1)
}
