/** Names of variants for people. Pure. */
import type { Comparison, ComparisonVariant } from '../contract/comparison.ts'

/**
 * What distinguishes a variant from the others shown: its label, else the label of its run, else
 * the run's id.
 */
export function variantTitle(comparison: Comparison, variant: ComparisonVariant): string {
  const all = [comparison.baseline, ...comparison.variants]
  const { label } = variant.variant
  if (all.filter(other => other.variant.label === label).length === 1) return label
  if (all.filter(other => other.runLabel === variant.runLabel).length === 1) return variant.runLabel
  return `${label} (${variant.reference.runId.slice(0, 8)})`
}
