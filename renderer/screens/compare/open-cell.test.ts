import { expect, test } from 'vitest'
import { exampleCell, exampleComparison, exampleRow } from '../../../test/fixtures/comparison.ts'
import { matrixOf } from './matrix.ts'
import { openCellOf } from './open-cell.ts'

test('cells are stepped through in reading order, and those without samples are left out', () => {
  const [cow, fork] = [exampleCell('cow'), exampleCell('fork')]
  const comparison = exampleComparison([exampleRow(cow), exampleRow(fork)])
  const matrix = matrixOf({ ...comparison, cells: [cow, exampleCell('remap'), fork] })
  const [first, , last] = matrix.rows[0]!.cells.map(cell => cell.key)
  expect(openCellOf(matrix, first!)).toMatchObject({ cell: { key: first }, before: null, after: last })
  expect(openCellOf(matrix, last!)).toMatchObject({ cell: { key: last }, before: first, after: null })
  expect(openCellOf(matrix, 'no such cell')).toEqual({ cell: null, before: null, after: null })
})
