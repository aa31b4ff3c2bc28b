/**
 * The kernel command line may hold secrets, such as keys and passwords: what leaves the library
 * has it only when asked for.
 */
import type { Comparison } from '../contract/comparison.ts'
import type { Environment, Facts } from '../contract/environment.ts'

/** The same without the command lines of kernels, which may hold secrets. */
export function withoutCommandLine<Shown extends Readonly<{ environment: Environment }>>(
  shown: Shown,
): Shown {
  const { environment } = shown
  const { guests } = environment
  return {
    ...shown,
    environment: {
      ...environment,
      facts: factsWithout(environment.facts),
      ...(guests && { guests: guests.map(guest => ({ ...guest, facts: factsWithout(guest.facts) })) }),
    },
  }
}

function factsWithout(facts: Facts): Facts {
  return { ...facts, kernel: { ...facts.kernel, commandLine: null } }
}

/** Says that the command lines differ, but not in what. */
export function comparisonWithoutCommandLine(comparison: Comparison): Comparison {
  const leftOut = 'left out'
  return {
    ...comparison,
    differences: comparison.differences.map(difference =>
      difference.field.endsWith('kernel.commandLine')
        ? { ...difference, baseline: leftOut, variant: leftOut }
        : difference,
    ),
  }
}
