import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellWord } from './shell-word.ts'

test('a shell reads every word as it was', () => {
  const words = fc.array(
    fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0')),
    { maxLength: 9 },
  )
  fc.assert(
    fc.property(words, list => {
      const script = `printf '%s\\0' ${list.map(shellWord).join(' ')}`
      const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
      expect(read.split('\0').slice(0, Math.max(list.length, 1))).toEqual(list.length === 0 ? [''] : list)
    }),
    { numRuns: 50 },
  )
})

test('what needs no quotes has none', () => {
  expect(['a,b', '--size', '64M', 'x=/boot/y', "it's", ''].map(shellWord)).toEqual([
    ...['a,b', '--size', '64M', 'x=/boot/y', `'it'\\''s'`, `''`],
  ])
})
