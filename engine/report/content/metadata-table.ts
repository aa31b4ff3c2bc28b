/** Bytes that schemes keep for a folio to account its mappings. */
import type { Hello } from '../../contract/agent-protocol.ts'
import { formatBytes } from '../../text/size-text.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'

/** A row for each scheme whose bytes are known, a column for each folio size. */
export function metadataTable(schemes: Hello['schemes']): Table {
  const told = schemes.filter(({ metadata }) => metadata !== undefined)
  const sizes = told[0]?.metadata?.map(({ folioBytes }) => folioBytes) ?? []
  return {
    title: 'Bytes of metadata that the accounting of one folio takes, by folio size',
    keys: 1,
    columns: [left('scheme'), ...sizes.map(size => right(formatBytes(size)))],
    rows: told.map(({ name, metadata }) => [
      textCell(name),
      ...sizes.map(size =>
        numberCell(metadata?.find(({ folioBytes }) => folioBytes === size)?.bytes ?? null, String),
      ),
    ]),
    notes: [
      'Mapcounts, rmap values, sequence counts and owners, all within the pages’ own descriptors: no scheme takes further memory.',
    ],
  }
}
