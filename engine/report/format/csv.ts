import { csvField } from '../../text/escape-text.ts'
import type { Provenance } from '../content/provenance.ts'
import { commentLines } from './provenance.ts'
import type { Table, TableData } from '../content/table.ts'

/**
 * One table as comma-separated values (RFC 4180) with bare numbers, for programs. Above its head,
 * in lines that begin with “#”: where the numbers are from, and what has to be read first.
 */
export function renderCsv(provenance: Provenance, cautions: readonly Table[], data: TableData): string {
  const { columns, rows } = data
  return [
    commentLines([
      ...provenance.map(({ name, text }) => `${name}: ${text}`),
      ...cautions.flatMap(cautionLines),
    ]),
    ...[columns, ...rows].map(line => `${line.map(csvField).join(',')}\r\n`),
  ].join('')
}

/** A line a row: a caution is a table of words. */
function cautionLines({ title, rows }: Table): string[] {
  return rows.map(row => `${title} ${row.map(({ text }) => text).join(': ')}`)
}
