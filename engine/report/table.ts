/** What every form of a table is made from: text for people, and the bare value for machines. */

export type TableCell = Readonly<{ text: string; value: string | number | null }>

export type TableColumn = Readonly<{ head: string; align: 'left' | 'right' }>

export type Table = Readonly<{
  title: string
  columns: readonly TableColumn[]
  /** As many cells as columns; the first names the row. */
  rows: readonly (readonly TableCell[])[]
  notes: readonly string[]
  /** How many columns together name a row, where that is not the first alone. */
  keys?: number
}>

/** A cell whose value is its text. */
export function textCell(text: string): TableCell {
  return { text, value: text }
}

/** A cell for a number that may be missing. */
export function numberCell(value: number | null, format: (value: number) => string): TableCell {
  return { text: value === null ? '-' : format(value), value }
}

export function left(head: string): TableColumn {
  return { head, align: 'left' }
}

export function right(head: string): TableColumn {
  return { head, align: 'right' }
}
