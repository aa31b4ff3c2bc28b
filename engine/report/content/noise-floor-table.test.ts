import { expect, test } from 'vitest'
import { exampleFloor } from '../../../test/fixtures/noise-floor.ts'
import { noiseFloorTable } from './noise-floor-table.ts'

const floors = [
  exampleFloor(),
  exampleFloor({ tables: 20, notCalibrated: 'too-few-tables', detectablePercent: null }),
  exampleFloor({ what: 'another', excludingZero: 30, notCalibrated: 'too-many-exclusions' }),
]

test('a floor that counts says yes, and one that does not says what is missing', () => {
  expect(noiseFloorTable(floors).rows.map(row => row.at(-1)!.text)).toEqual([
    'yes',
    'no: 20 of 200 tables; calibrations accumulate',
    'no: 18 tables or more exclude 0; the machine is too noisy',
  ])
})

test('a row is as wide as the head, programs get plain numbers, and each thing measured is named once', () => {
  const { columns, rows, notes } = noiseFloorTable(floors)
  for (const row of rows) expect(row).toHaveLength(columns.length)
  expect(rows.map(row => row[4]!.value)).toEqual([1.25, 1.25, 1.25])
  expect(rows[1]![5]!.value).toBeNull()
  expect(notes.filter(note => note.startsWith('Measured twice'))).toEqual([
    'Measured twice: kernel 6.15.0.',
    'Measured twice: another.',
  ])
})
