import stringWidth from 'string-width'
import { onOneLine } from '../../text/escape-text.ts'
import type { Provenance } from '../content/provenance.ts'
import { provenanceLines } from './provenance.ts'
import { notesOf, withNamedHeads, type Table, type TableColumn } from '../content/table.ts'
import { partsOf, takenBy, textWidth, wrap } from './text-lines.ts'

const gap = '  '
const room = { width: textWidth, gap: gap.length }
const leastWrappedWidth = 20 // narrower columns of words are hard to read

/**
 * Tables as plain text of at most 75 columns; a wider one goes on below, its row names repeated.
 */
export function renderText(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\n')
}

/** Where the numbers are from, then the tables. */
export function renderTextDocument(provenance: Provenance, tables: readonly Table[]): string {
  return `${provenanceLines(provenance, textWidth).join('\n')}\n\n${renderText(tables)}`
}

function renderTable(given: Table): string {
  const table = withNamedHeads(
    given,
    columns => takenBy(widthsOf(gridOf(columns, given.rows)), room) - room.gap <= room.width,
  )
  const { title, columns, rows, keys = 1 } = table
  const grid = gridOf(columns, rows)
  const widths = widthsOf(grid)
  const narrow = narrowed(widths, columns, keys)
  const blocks = partsOf(narrow, keys, room).map(part => {
    const lines = grid.map(line => renderLine(line, part, columns, narrow))
    const [head = '', ...body] = lines
    return [head, '-'.repeat(stringWidth(head)), ...body].join('\n')
  })
  const below = notesOf(table).flatMap(note => wrap(onOneLine(note), textWidth))
  return [
    ...wrap(onOneLine(title), textWidth),
    '',
    blocks.join('\n\n'),
    ...(below.length > 0 ? ['', ...below] : []),
    '',
  ].join('\n')
}

/** The heads, then the rows, as they are printed. */
function gridOf(columns: readonly TableColumn[], rows: Table['rows']): string[][] {
  return [
    columns.map(column => onOneLine(column.head)),
    ...rows.map(row => row.map(cell => onOneLine(cell.text))),
  ]
}

function widthsOf(grid: readonly (readonly string[])[]): number[] {
  const [heads = []] = grid
  return heads.map((_, index) => Math.max(...grid.map(line => stringWidth(line[index] ?? ''))))
}

/**
 * Widths under which a last column of words is wrapped: beside the others, or beside the row
 * names if that is too narrow.
 */
function narrowed(widths: readonly number[], columns: readonly TableColumn[], keys: number): number[] {
  const last = widths.at(-1) ?? 0
  if (columns.at(-1)?.align !== 'left') return [...widths]
  const beside = textWidth - takenBy(widths.slice(0, -1), room)
  const wide = beside >= leastWrappedWidth ? beside : textWidth - takenBy(widths.slice(0, keys), room)
  return [...widths.slice(0, -1), Math.min(last, wide)]
}

/** One row of a part; several lines when a cell is wrapped. */
function renderLine(
  line: readonly string[],
  part: readonly number[],
  columns: readonly TableColumn[],
  widths: readonly number[],
): string {
  const cells = part.map(index => wrap(line[index] ?? '', widths[index] ?? 0))
  const height = Math.max(...cells.map(cell => cell.length))
  return Array.from({ length: height }, (_, row) =>
    part
      .map((index, position) => {
        const text = cells[position]?.[row] ?? ''
        const wide = widths[index] ?? 0
        const blank = ' '.repeat(Math.max(0, wide - stringWidth(text)))
        return columns[index]?.align === 'right' ? blank + text : text + blank
      })
      .join(gap)
      .trimEnd(),
  ).join('\n')
}
