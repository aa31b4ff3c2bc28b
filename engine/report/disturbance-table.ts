import { left, textCell, type Table } from './table.ts'

/** That other programs or a hypervisor were busy while something was measured, with the figure; nothing when they were not. */
export function disturbanceTable({ disturbances }: Readonly<{ disturbances: readonly string[] }>): Table[] {
  if (disturbances.length === 0) return []
  return [
    {
      title: 'DISTURBED: something else ran. What it affects has numbers and no verdicts.',
      columns: [left('what')],
      rows: disturbances.map(sentence => [textCell(sentence)]),
      notes: [],
    },
  ]
}
