import { variantName } from '../../engine/contract/machine-comparison.ts'
import type { Run } from '../../engine/contract/run.ts'

/**
 * Where the machines are compared that measured what a run did; null when it has no two variants.
 */
export function machinesAddress({
  plan,
}: Pick<Run, 'plan'>): Readonly<{ path: string; query: Record<string, string> }> | null {
  const [first, second] = plan.variants
  if (!first || !second || plan.isCalibration === true) return null
  return { path: '/across', query: { target: plan.target, baseline: variantName(first) } }
}
