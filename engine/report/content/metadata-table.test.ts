import { expect, test } from 'vitest'
import { kibibyte } from '../../contract/units.ts'
import { metadataTable } from './metadata-table.ts'

test('each scheme is a row, and each folio size a column; a scheme that does not say is left out', () => {
  const about = { summary: 'what it does', section: 'A' }
  const { columns, rows } = metadataTable([
    {
      ...about,
      name: 'one',
      metadata: [
        { folioBytes: 4 * kibibyte, bytes: 4 },
        { folioBytes: 64 * kibibyte, bytes: 72 },
      ],
    },
    { ...about, name: 'two', metadata: [{ folioBytes: 4 * kibibyte, bytes: 4 }] },
    { ...about, name: 'of before' },
  ])
  expect(columns.map(({ head }) => head)).toEqual(['scheme', '4 KiB', '64 KiB'])
  expect(rows.map(row => row.map(({ value }) => value))).toEqual([
    ['one', 4, 72],
    ['two', 4, null],
  ])
})
