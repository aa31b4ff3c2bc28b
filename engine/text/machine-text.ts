/** Machines, and what they say of a change, in words. Pure. */
import type { Facts } from '../contract/environment.ts'
import type { MachineFinding, MachineRow } from '../contract/machine-comparison.ts'

/** Its processor, or what comes closest to a name. */
export function processorName({ cpu, kernel }: Facts): string {
  return cpu.name ?? [cpu.vendor, kernel.architecture].filter(word => word !== null).join(' ')
}

/** Its processor, and what it is built into. */
export function machineName(facts: Facts): string {
  const parts = [processorName(facts), facts.identity.product]
  return parts.filter(part => part !== null && part !== '').join(', ')
}

/** What a machine says of a change. */
export const findingWords: Readonly<Record<MachineFinding, string>> = {
  helps: 'helps',
  hurts: 'hurts',
  'no-difference': 'no difference',
  'not-resolved': 'no clear result',
  'too-few': 'too few rounds',
  disturbed: 'disturbed',
}

/** `helps on 9 of 13, hurts on 2`. */
export function countWords({ counts, changes }: MachineRow): string {
  const others = (['disturbed', 'too-few'] as const).filter(finding => counts[finding] > 0)
  return [
    `helps on ${counts.helps} of ${changes.length}`,
    `hurts on ${counts.hurts}`,
    ...others.map(finding => `${findingWords[finding]}: ${counts[finding]}`),
  ].join(', ')
}
