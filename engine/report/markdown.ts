import type { Table } from './table.ts'

/** Tables as GitHub-flavoured Markdown. */
export function renderMarkdown(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\n')
}

function renderTable({ title, columns, rows, notes }: Table): string {
  const lines = [
    columns.map(column => escape(column.head)),
    columns.map(column => (column.align === 'right' ? '---:' : '---')),
    ...rows.map(row => row.map(cell => escape(cell.text))),
  ].map(cells => `| ${cells.join(' | ')} |`)
  return [`### ${title}`, '', ...lines, '', ...notes.flatMap(note => [note, ''])].join('\n')
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|')
}
