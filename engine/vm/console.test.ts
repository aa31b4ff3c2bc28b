import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConsoleLog, lastLines, panicReason } from './console.ts'

function heard(...pieces: readonly (string | Uint8Array)[]): string {
  const log = new ConsoleLog()
  for (const piece of pieces) log.hear(Buffer.from(piece))
  return log.text()
}

test('what fits is kept as it was said, however it arrives', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[ -~\n]{0,40}$/), { maxLength: 50 }), pieces => {
      expect(heard(...pieces)).toBe(pieces.join(''))
    }),
  )
  expect(heard('5 µs', ' ☃\tend')).toBe('5 µs ☃\tend')
})

test('a flood leaves its beginning, its end, and how much is missing between them', () => {
  const flood = heard(
    'first words\n',
    ...Array.from({ length: 1000 }, () => 'X'.repeat(4096)),
    '\nlast words',
  )
  expect(flood.length).toBeLessThan(130 * 1024)
  expect(flood).toMatch(/^first words\nX+\n\[\d+ bytes left out\]\nX+\nlast words$/)
  const [, left = ''] = /\[(\d+) bytes/.exec(flood) ?? []
  const kept = flood.replace(/\n\[\d+ bytes left out\]\n/, '').length
  expect(kept + Number(left)).toBe(12 + 1000 * 4096 + 11)
})

test('nothing in it steers a terminal', () => {
  expect(heard('\u001b[2J\u001bc\u001b[1;31mred\u001b[0m\r\n\u0007\u0000\u009b1mtext\u202egpj.\u2066x')).toBe(
    'red\n1mtextgpj.x',
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      expect(heard(bytes)).not.toMatch(/[^\n\t\P{C}]/u)
    }),
  )
})

test('a panic is quoted, up to a length', () => {
  expect(panicReason('a\n[ 1.0] Kernel panic - not syncing: No working init found.  Try\nb')).toBe(
    'No working init found.  Try',
  )
  expect(panicReason('Kernel panic - not syncing: '.padEnd(100_000, 'x'))).toHaveLength(200)
  expect(panicReason('all is well')).toBeNull()
})

test('the last lines that say something are few and short', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}  \n\n`)
  expect(lastLines(lines.join(''))).toEqual(lines.slice(-12).map(line => line.trim()))
  expect(lastLines('x'.repeat(1000))).toEqual(['x'.repeat(200)])
  expect(lastLines('\n\n')).toEqual([])
})
