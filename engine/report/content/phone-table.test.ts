import { expect, test } from 'vitest'
import type { PhoneResult } from '../../contract/phone.ts'
import { kibibyte, mebibyte } from '../../contract/units.ts'
import { phoneTable } from './phone-table.ts'

/** A folio that is copied page by page, with another of which nothing is. */
function result(label: string, pages: number, warnings: readonly string[] = []): PhoneResult {
  const points = Array.from({ length: pages + 1 }, (_, writes) => ({
    writes,
    queued: writes === 0 ? 0 : 1,
    bytes: 2 * pages * 4 * kibibyte + writes * 4 * kibibyte,
  }))
  return { label, isKernel: false, scenario: { folios: 2, points, warnings: [...warnings] } }
}

test('each write is a row, with the share of queued folios and what a folio takes', () => {
  const { title, columns, rows, notes } = phoneTable(
    [result('one', 4), result('other', 4, ['counted otherwise'])],
    16 * kibibyte,
  )
  expect(title).toBe('Memory after a fork whose child is gone, folios of 16 KiB')
  expect(columns.map(column => column.head)).toEqual([
    'writes',
    'one: queued',
    'one: KiB',
    'other: queued',
    'other: KiB',
  ])
  expect(rows.map(row => row.slice(0, 3).map(({ text }) => text))).toEqual([
    ['0', '0%', '16'],
    ['1', '50%', '18'],
    ['2', '50%', '20'],
    ['3', '50%', '22'],
    ['4', '50%', '24'],
  ])
  expect(notes[1]).toBe('other: counted otherwise.')
})

test('of larger folios powers of two are shown, and the end', () => {
  const { rows } = phoneTable([result('one', 512)], 2 * mebibyte)
  expect(rows.map(([writes]) => writes?.value)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 511, 512])
})
