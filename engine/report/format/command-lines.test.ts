import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { benchmarkNames } from '../../contract/benchmark.ts'
import { shellWord } from '../../text/shell-word.ts'
import { commandLines } from './command-lines.ts'

function wordsIn(script: string): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${script}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)
}

test('a long command is broken where a shell reads on', () => {
  const command = `folio-lab run --bench ${benchmarkNames.join(',')} --variant 'a b',c --seed 7`
  const lines = commandLines(command, 75, '  ')
  expect(lines.length).toBeGreaterThan(2)
  expect(lines.filter(line => line.length > 75)).toEqual([])
  expect(wordsIn(lines.join('\n'))).toEqual(wordsIn(command))
})

test('whatever the words, a shell reads the lines as it reads the command', () => {
  const word = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab,- \'"\\$'.split('')), maxLength: 90 }),
    fc.constantFrom('--bench', benchmarkNames.join(',')),
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), words => {
      const command = words.map(shellWord).join(' ')
      expect(wordsIn(commandLines(command, 40, '    ').join('\n'))).toEqual(words)
    }),
    { numRuns: 60 },
  )
})
