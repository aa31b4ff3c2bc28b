import { csvField } from '../../text/escape-text.ts'
import { dataOf, type Table } from './table.ts'

/**
 * Tables as comma-separated values (RFC 4180) with bare numbers; an empty line and the
 * title stand between two.
 */
export function renderCsv(tables: readonly Table[]): string {
  return tables.map(renderTable).join('\r\n')
}

function renderTable(table: Table): string {
  const { columns, rows } = dataOf(table)
  return [[table.title], columns, ...rows].map(line => `${line.map(csvField).join(',')}\r\n`).join('')
}
