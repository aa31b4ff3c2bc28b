import { escapeMarkdown, markdownParagraph } from '../../text/escape-text.ts'
import type { Table } from './table.ts'

/** Tables as GitHub-flavoured Markdown. */
export function renderMarkdown(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\n')
}

function renderTable({ title, columns, rows, notes }: Table): string {
  const lines = [
    columns.map(column => escapeMarkdown(column.head)),
    columns.map(column => (column.align === 'right' ? '---:' : '---')),
    ...rows.map(row => row.map(cell => escapeMarkdown(cell.text))),
  ].map(cells => `| ${cells.join(' | ')} |`)
  return [
    `### ${escapeMarkdown(title)}`,
    '',
    ...lines,
    '',
    ...notes.flatMap(note => [markdownParagraph(note), '']),
  ].join('\n')
}
