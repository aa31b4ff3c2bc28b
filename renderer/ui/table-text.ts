/** Tables as text for documents and for programs. Pure. */
import { csvField, escapeMarkdown } from '../../engine/text/escape-text.ts'

export type TextColumn = Readonly<{ title: string; isNumber: boolean }>

/** A Markdown table; numbers stand to the right. */
export function markdownTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  return [
    columns.map(({ title }) => escapeMarkdown(title)),
    columns.map(({ isNumber }) => (isNumber ? '---:' : '---')),
    ...rows.map(cells => cells.map(escapeMarkdown)),
  ]
    .map(cells => `| ${cells.join(' | ')} |\n`)
    .join('')
}

/** Comma-separated values (RFC 4180), the names of the columns first. */
export function csvTable(
  names: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return [names, ...rows].map(cells => `${cells.map(csvField).join(',')}\r\n`).join('')
}
