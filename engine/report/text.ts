import type { Table, TableCell, TableColumn } from './table.ts'

const width = 75 // what a quoted mail still shows without breaking lines
const gap = '  '

/** Tables as plain text of at most 75 columns; a wider one goes on below, its row names repeated. */
export function renderText(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\n')
}

function renderTable({ title, columns, rows, notes }: Table): string {
  const grid = [columns.map(column => column.head), ...rows.map(row => row.map(cell => cell.text))]
  const widths = columns.map((_, index) => Math.max(...grid.map(line => (line[index] ?? '').length)))
  const parts = partsOf(widths).map(part => grid.map(line => renderLine(line, part, columns, widths)))
  const blocks = parts.map(([head = '', ...body]) =>
    [head, '-'.repeat(head.length), ...body].map(line => line.trimEnd()).join('\n'),
  )
  return [...wrap(title), '', blocks.join('\n\n'), ...notes.flatMap(wrap), ''].join('\n')
}

/** Indices of the columns that fit side by side; the first column heads every part. */
function partsOf(widths: readonly number[]): number[][] {
  const parts: number[][] = []
  let used = Infinity
  for (let column = 1; column < widths.length; column++) {
    const needed = gap.length + (widths[column] ?? 0)
    if (used + needed > width) {
      parts.push([0])
      used = widths[0] ?? 0
    }
    parts.at(-1)?.push(column)
    used += needed
  }
  return parts.length > 0 ? parts : [[0]]
}

function renderLine(
  line: readonly TableCell['text'][],
  part: readonly number[],
  columns: readonly TableColumn[],
  widths: readonly number[],
): string {
  return part
    .map(index => {
      const text = line[index] ?? ''
      return columns[index]?.align === 'right'
        ? text.padStart(widths[index] ?? 0)
        : text.padEnd(widths[index] ?? 0)
    })
    .join(gap)
}

function wrap(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
