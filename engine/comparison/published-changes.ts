/** The published tables in the shape of a comparison. Pure. */
import type { ComparisonRow, PublishedChanges, VariantReference } from '../contract/comparison.ts'
import type { Reference } from '../contract/reference.ts'
import type { Percent } from '../contract/units.ts'
import type { Variant } from '../contract/variant.ts'

/** What names the rows of a comparison: their variants, by reference. */
type Named = Readonly<{ baseline: Variant; variantOf: (reference: VariantReference) => Variant | undefined }>

/**
 * The published changes of the same stages and benchmarks as the rows, one entry a machine;
 * machines without any are left out. They were published against the stage `baseline`; against
 * another one of the comparison, p′ = (1 + p_variant)/(1 + p_baseline) − 1. A published machine
 * had one kernel, so that variants whose functions return in another way than the baseline’s
 * have no published change.
 */
export function publishedBeside(
  rows: readonly Pick<ComparisonRow, 'cell' | 'variant'>[],
  { baseline, variantOf }: Named,
  references: readonly Reference[],
): PublishedChanges[] {
  const machines = new Map(
    references.map(({ machine, cpu, returns, source }) => [machine, { machine, cpu, returns, source }]),
  )
  return [...machines.values()].flatMap(machine => {
    const published = new Map(
      references
        .filter(reference => reference.machine === machine.machine)
        .map(({ stage, benchmark, percent }) => [`${stage} ${benchmark}`, percent]),
    )
    const matching = rows.flatMap(({ cell, variant }) => {
      const base = published.get(`${stageOf(baseline)} ${cell.benchmark}`)
      const other = variantOf(variant)
      const percent = published.get(`${stageOf(other)} ${cell.benchmark}`)
      if (base === undefined || percent === undefined || returnsOf(other) !== returnsOf(baseline)) return []
      return [{ cell, variant, percent: rebased(percent, base) }]
    })
    return matching.length === 0 ? [] : [{ ...machine, rows: matching }]
  })
}

function stageOf(variant: Variant | undefined): string {
  return variant?.target === 'model' ? variant.scheme : ''
}

function returnsOf(variant: Variant | undefined): string {
  return variant?.target === 'model' ? variant.returns : ''
}

function rebased(percent: Percent, base: Percent): Percent {
  return base === 0 ? percent : 100 * ((100 + percent) / (100 + base) - 1)
}
