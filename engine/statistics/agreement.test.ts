import { expect, test } from 'vitest'
import { agreementOf } from './agreement.ts'

test('ranks are compared, not sizes', () => {
  const pairs = [
    [1, 1],
    [2, 4],
    [3, 9],
    [4, 16],
  ] as const
  const { rankCorrelation, ...counts } = agreementOf(pairs)
  expect(counts).toEqual({ cells: 4, sameSign: 4, signedCells: 4 })
  expect(rankCorrelation).toBeCloseTo(1, 12)
})

test('ties share a rank', () => {
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: rho = 4.5 / √(4.5 · 5).
  const pairs = [
    [1, 1],
    [2, 2],
    [2, 3],
    [3, 4],
  ] as const
  expect(agreementOf(pairs).rankCorrelation).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
})

test('a change of 0 has no sign to agree with', () => {
  const pairs = [
    [-1, -2],
    [1, -3],
    [5, 0],
  ] as const
  expect(agreementOf(pairs)).toMatchObject({ cells: 3, sameSign: 1, signedCells: 2 })
})

test('too few cells, or cells that do not vary, have no correlation', () => {
  expect(agreementOf([])).toEqual({ cells: 0, sameSign: 0, signedCells: 0, rankCorrelation: null })
  const flat = [
    [1, 1],
    [1, 2],
    [1, 3],
  ] as const
  expect(agreementOf(flat).rankCorrelation).toBeNull()
})
