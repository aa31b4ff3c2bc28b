import type { Table } from './table.ts'

/** Tables as comma-separated values (RFC 4180) with bare numbers; an empty line and the title stand between two. */
export function renderCsv(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\r\n')
}

function renderTable({ title, columns, rows }: Table): string {
  const lines = [
    [title],
    columns.map(column => column.head),
    ...rows.map(row => row.map(cell => (cell.value === null ? '' : String(cell.value)))),
  ]
  return lines.map(line => `${line.map(quote).join(',')}\r\n`).join('')
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
