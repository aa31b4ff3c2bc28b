import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCpuList, readNumber, readNumbers } from './number-list.ts'

test('reads numbers with commas, spaces or both between them', () => {
  expect(readNumbers(' 1, 2 4;8 ')).toEqual([1, 2, 4, 8])
  expect(readNumbers('')).toEqual([])
})

test('reads CPU lists as the kernel writes them', () => {
  expect(readCpuList('0-3,8')).toEqual([0, 1, 2, 3, 8])
  expect(readCpuList('5-5')).toEqual([5])
  expect(readCpuList('')).toEqual([])
})

test.each(['x', '3-1', '0-99999', '1-', '-1-2', '0--3'])('%j is no CPU list', text => {
  expect(readCpuList(text).some(Number.isNaN)).toBe(true)
})

test.each(['', ' ', '1e3', '0x10', 'one', '1,5', '--1', 'Infinity'])('%j is no number', text => {
  expect(readNumber(text)).toBeNaN()
})

test('every whole number that is written is read', () => {
  fc.assert(
    fc.property(fc.integer(), value => {
      expect(readNumber(String(value))).toBe(value)
    }),
  )
})
