import type { Plan } from '../../engine/contract/plan.ts'
import type { Run } from '../../engine/contract/run.ts'
import { clockOf, labelCharacters } from '../../engine/contract/variant.ts'

/** Whether a run can be started again: what an advice measured is asked for there. */
export function canRepeat({ advice }: Plan): boolean {
  return advice === undefined
}

/**
 * The plan of a run, to be run again on the kernel `release`: names that hold the release of
 * then have that of now. What counts instructions keeps its order, on which counts depend.
 */
export function repeatedPlan(
  { plan, environment }: Pick<Run, 'plan' | 'environment'>,
  seed: number,
  release: string,
): Plan {
  const before = environment.facts.kernel.release
  function renamed(label: string): string {
    return label.replaceAll(before, release).slice(0, labelCharacters)
  }
  const isCounted = plan.variants.every(variant => clockOf(variant) === 'instructions')
  return {
    ...plan,
    seed: isCounted ? plan.seed : seed,
    label: renamed(plan.label),
    variants:
      plan.target === 'host'
        ? plan.variants.map(variant => ({ ...variant, label: renamed(variant.label) }))
        : plan.variants,
  }
}
