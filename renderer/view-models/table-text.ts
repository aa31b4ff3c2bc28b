/** Tables as text for documents and for programs. Pure. */

export type TextColumn = Readonly<{ title: string; isNumber: boolean }>

/** A Markdown table; numbers stand to the right. */
export function markdownTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  return [
    columns.map(({ title }) => title),
    columns.map(({ isNumber }) => (isNumber ? '---:' : '---')),
    ...rows.map(cells => cells.map(text => text.replaceAll('|', '\\|'))),
  ]
    .map(cells => `| ${cells.join(' | ')} |\n`)
    .join('')
}

/** Comma-separated values (RFC 4180), the names of the columns first. */
export function csvTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  return [names, ...rows].map(cells => `${cells.map(quoted).join(',')}\r\n`).join('')
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
