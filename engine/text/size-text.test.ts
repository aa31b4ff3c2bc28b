import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatBytes, parseBytes } from './size-text.ts'
import { gibibyte, mebibyte } from '../contract/units.ts'

test.each([
  ['64M', 64 * mebibyte],
  ['2 MiB', 2 * mebibyte],
  ['1.5g', 1.5 * gibibyte],
  ['4096', 4096],
  ['512 B', 512],
  [' 1T ', 1024 * gibibyte],
])('reads %j', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

test.each(['', 'M', '64MB', '-1', '1e9', '64 M B', '1.5', '0x10', '9007199254740993', '1.0000001K'])(
  'refuses %j',
  text => {
    expect(parseBytes(text)).toBeNull()
  },
)

test('whole numbers of a unit survive being written and read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1023 }), fc.constantFrom('K', 'M', 'G', 'T'), (amount, unit) => {
      const bytes = parseBytes(`${amount}${unit}`)
      expect(bytes).not.toBeNull()
      expect(parseBytes(formatBytes(bytes!))).toBe(bytes)
    }),
  )
})

test('writes fractions with one decimal and small sizes in bytes', () => {
  expect([formatBytes(1.5 * gibibyte), formatBytes(1000), formatBytes(0), formatBytes(1024)]).toEqual([
    '1.5 GiB',
    '1000 B',
    '0 B',
    '1 KiB',
  ])
})
