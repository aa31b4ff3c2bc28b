import type { Matrix, MatrixCell } from './matrix.ts'

/** A cell that is open, and the keys of its neighbours. */
export type Steps = Readonly<{ cell: MatrixCell | null; before: string | null; after: string | null }>

/**
 * The open cell and its neighbours in reading order; nothing is open when the key names
 * no cell that was compared.
 */
export function openCellOf(matrix: Matrix, key: string | null): Steps {
  const cells = matrix.rows.flatMap(row => row.cells).filter(cell => cell.row !== null)
  const index = cells.findIndex(cell => cell.key === key)
  return {
    cell: cells[index] ?? null,
    before: cells[index - 1]?.key ?? null,
    after: index === -1 ? null : (cells[index + 1]?.key ?? null),
  }
}
