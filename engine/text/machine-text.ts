/** What machines say of a change, for people. Pure. */
import type { MachineFinding, MachineRow } from '../contract/machine-comparison.ts'

/** What a machine says, in words. */
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
