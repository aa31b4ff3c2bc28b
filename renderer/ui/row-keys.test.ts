import { expect, test } from 'vitest'
import { rowAfterKey } from './row-keys.ts'

test.each([
  ['ArrowDown', 4, 5],
  ['ArrowUp', 4, 3],
  ['PageDown', 4, 14],
  ['PageUp', 4, 0],
  ['Home', 4, 0],
  ['End', 4, 29],
  ['PageDown', 25, 29],
])('%s leads from row %i to row %i of 30', (key, from, to) => {
  expect(rowAfterKey(key, from, 30)).toBe(to)
})

test.each([
  ['ArrowUp', 0, 30],
  ['ArrowDown', 29, 30],
  ['Enter', 4, 30],
  ['a', 4, 30],
  ['End', 0, 0],
])('%s on row %i of %i leads nowhere', (key, from, count) => {
  expect(rowAfterKey(key, from, count)).toBeNull()
})
