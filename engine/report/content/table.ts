/** What every form of a table is made from: text for people, and the bare value for machines. */

export type TableCell = Readonly<{
  text: string
  value: string | number | null
  /** What a change means, where its table is a matrix of changes. */
  change?: ChangeMark
}>

/** Better and worse are certain; a change of neither kind may be noise. */
export type ChangeMark = Readonly<{
  kind: 'better' | 'worse' | 'uncertain'
  /** How large it is, 1 to 5. */
  step: number
  /** What stands behind the number, a line each. */
  details: readonly string[]
}>

export type TableColumn = Readonly<{
  head: string
  align: 'left' | 'right'
  /** What a short head stands for, where there is room. */
  name?: string
  /** Of its values for programs; for people it stands in the title or beside each number. */
  unit?: string
}>

/** Rows for programs: one kind of value in a column, whose name says its unit. */
export type TableData = Readonly<{
  columns: readonly string[]
  rows: readonly (readonly TableCell['value'][])[]
}>

export type Table = Readonly<{
  title: string
  columns: readonly TableColumn[]
  /** As many cells as columns; the first names the row. */
  rows: readonly (readonly TableCell[])[]
  notes: readonly string[]
  /** What the heads stand for, where there is no room for names of columns. */
  legend?: string
  /** How many columns together name a row, where that is not the first alone. */
  keys?: number
  /**
   * The same for programs, where columns for people hold values of several
   * units, or two values in one.
   */
  data?: TableData
}>

/** What programs get of a table: bare values, units in the names of columns. */
export function dataOf({ columns, rows, data }: Table): TableData {
  return (
    data ?? {
      columns: columns.map(({ head, unit }) => withUnit(head, unit)),
      rows: rows.map(row => row.map(({ value }) => value)),
    }
  )
}

/**
 * The table with the names of its columns in their heads and no legend, if there is room for them.
 */
export function withNamedHeads(table: Table, hasRoom: (columns: readonly TableColumn[]) => boolean): Table {
  const columns = table.columns.map(column => ({ ...column, head: column.name ?? column.head }))
  const { legend, ...named } = { ...table, columns }
  return legend !== undefined && hasRoom(columns) ? named : table
}

/** What stands below a table whose heads are short. */
export function notesOf({ legend, notes }: Table): readonly string[] {
  return legend === undefined ? notes : [legend, ...notes]
}

/** `median (ms)`. */
export function withUnit(name: string, unit: string | undefined): string {
  return unit === undefined ? name : `${name} (${unit})`
}

/** A cell whose value is its text. */
export function textCell(text: string): TableCell {
  return { text, value: text }
}

/** A cell for a number that may be missing. */
export function numberCell(value: number | null, format: (value: number) => string): TableCell {
  return { text: value === null ? '-' : format(value), value }
}

/** A column of words. */
export function left(head: string): TableColumn {
  return { head, align: 'left' }
}

/** A column of numbers that have their unit with them. */
export function right(head: string): TableColumn {
  return { head, align: 'right' }
}

/** A column of numbers with the unit that programs read. */
export function measured(head: string, unit: string): TableColumn {
  return { head, align: 'right', unit }
}
