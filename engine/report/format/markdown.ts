import { escapeMarkdown, markdownParagraph } from '../../text/escape-text.ts'
import type { Provenance } from '../content/provenance.ts'
import { provenanceMarkdown } from './provenance.ts'
import { notesOf, withNamedHeads, type Table } from '../content/table.ts'

/** Where the numbers are from, then the tables. */
export function renderMarkdownDocument(provenance: Provenance, tables: readonly Table[]): string {
  return `${provenanceMarkdown(provenance)}\n${renderMarkdown(tables)}`
}

/** Tables as GitHub-flavoured Markdown. */
export function renderMarkdown(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\n')
}

function renderTable(given: Table): string {
  const table = withNamedHeads(given, () => true)
  const { title, columns, rows } = table
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
    ...notesOf(table).flatMap(note => [markdownParagraph(note), '']),
  ].join('\n')
}
