import stringWidth from 'string-width'
import { onOneLine } from '../../text/escape-text.ts'
import type { Table, TableColumn } from './table.ts'

const width = 75 // what a quoted mail still shows without breaking lines
const gap = '  '
const leastWrappedWidth = 20 // narrower columns of words are hard to read

/**
 * Tables as plain text of at most 75 columns; a wider one goes on below, its row names repeated.
 */
export function renderText(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\n')
}

function renderTable({ title, columns, rows, notes, keys = 1 }: Table): string {
  const grid = [
    columns.map(column => onOneLine(column.head)),
    ...rows.map(row => row.map(cell => onOneLine(cell.text))),
  ]
  const widths = columns.map((_, index) => Math.max(...grid.map(line => stringWidth(line[index] ?? ''))))
  const narrow = narrowed(widths, columns, keys)
  const blocks = partsOf(narrow, keys).map(part => {
    const lines = grid.map(line => renderLine(line, part, columns, narrow))
    const [head = '', ...body] = lines
    return [head, '-'.repeat(stringWidth(head)), ...body].join('\n')
  })
  const below = notes.flatMap(note => wrap(onOneLine(note), width))
  return [
    ...wrap(onOneLine(title), width),
    '',
    blocks.join('\n\n'),
    ...(below.length > 0 ? ['', ...below] : []),
    '',
  ].join('\n')
}

/**
 * Widths under which a last column of words is wrapped: beside the others, or beside the row
 * names if that is too narrow.
 */
function narrowed(widths: readonly number[], columns: readonly TableColumn[], keys: number): number[] {
  const last = widths.at(-1) ?? 0
  if (columns.at(-1)?.align !== 'left') return [...widths]
  const beside = width - takenBy(widths.slice(0, -1))
  const room = beside >= leastWrappedWidth ? beside : width - takenBy(widths.slice(0, keys))
  return [...widths.slice(0, -1), Math.min(last, room)]
}

/** The width of columns that have another one beside them. */
function takenBy(widths: readonly number[]): number {
  return widths.reduce((sum, other) => sum + other + gap.length, 0)
}

/** Indices of the columns that fit side by side; those that name the row head every part. */
function partsOf(widths: readonly number[], keys: number): number[][] {
  const names = Array.from({ length: keys }, (_, column) => column)
  const parts: number[][] = []
  let used = Infinity
  for (let column = keys; column < widths.length; column++) {
    const needed = widths[column] ?? 0
    if (used + needed > width) {
      parts.push([...names])
      used = takenBy(widths.slice(0, keys))
    }
    parts.at(-1)?.push(column)
    used += needed + gap.length
  }
  return parts.length > 0 ? parts : [names]
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

function wrap(text: string, limit: number): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (stringWidth(last) + 1 + stringWidth(word) <= limit) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
