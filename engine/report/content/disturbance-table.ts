import { left, textCell, type Table, type TableCell } from './table.ts'

/**
 * A number from which nothing may be concluded has a mark for people; programs have a column for
 * it.
 */
export function markDisturbed(cell: TableCell, isDisturbed: boolean): TableCell {
  return isDisturbed && cell.value !== null ? { ...cell, text: `${cell.text}!` } : cell
}

/** What the mark means, where there is one. */
export function markNotes(isSomeDisturbed: boolean): string[] {
  return isSomeDisturbed ? ['! disturbed: shown for information; no verdict.'] : []
}

/**
 * That other programs or a hypervisor were busy while something was measured, with the figure;
 * nothing when they were not.
 */
export function disturbanceTable({ disturbances }: Readonly<{ disturbances: readonly string[] }>): Table[] {
  if (disturbances.length === 0) return []
  return [
    {
      title: 'DISTURBED by other programs: affected cases have numbers but no verdicts.',
      columns: [left('what')],
      rows: disturbances.map(sentence => [textCell(sentence)]),
      notes: [],
    },
  ]
}
