import { expect, test } from 'vitest'
import { functionDifferences, type CountedSide } from '../../contract/function-counts.ts'
import { functionTable } from './function-tables.ts'

function side(label: string, functions: Readonly<Record<string, number>>): CountedSide {
  const counts = new Map(Object.entries(functions))
  return {
    label,
    functions: counts,
    instructions: [...counts.values()].reduce((sum, n) => sum + n, 0),
    work: 10,
  }
}

const before = side('6.16', { change_pte_range: 1000, same: 300, gone: 200 })
const after = side('6.17', { change_pte_range: 1500, same: 300, come: 400 })

test('functions stand by how much they differ, with all that only one side has', () => {
  expect(functionDifferences(before, after)).toEqual([
    { name: 'change_pte_range', before: 100, after: 150 },
    { name: 'come', before: 0, after: 40 },
    { name: 'gone', before: 20, after: 0 },
    { name: 'same', before: 30, after: 30 },
  ])
})

test('a table has each difference, their sum, and what the clock says', () => {
  const { rows, notes, columns } = functionTable('mprotect', 'page', before, after)
  expect(columns.map(({ head }) => head)).toEqual([
    'function',
    '6.16',
    '6.17',
    'difference',
    'instructions per page',
  ])
  expect(rows.map(row => row.map(({ text }) => text))).toEqual([
    ['change_pte_range', '100.00', '150.00', '+50.00', `${'█'.repeat(16)}${'+'.repeat(8)}`],
    ['come', '0.00', '40.00', '+40.00', '+'.repeat(6)],
    ['gone', '20.00', '0.00', '-20.00', '-'.repeat(3)],
    ['1 others', '30.00', '30.00', '0.00', ''],
    ['all functions', '150.00', '220.00', '+70.00', ''],
  ])
  expect(notes[0]).toBe(
    'By the clock of the machine: 150.00 and 220.00 a page, a difference of +70.00; the functions together give +70.00 (+46.7 %).',
  )
})

test('of many functions those that differ little stand together', () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, 10 * index]))
  const { rows } = functionTable('many', 'page', side('a', {}), side('b', many))
  expect(rows).toHaveLength(22)
  expect(rows[20]?.map(({ text }) => text)).toEqual(['30 others', '0.00', '435.00', '+435.00', ''])
})
