import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvTable, markdownTable } from './table-text.ts'

const columns = [
  { title: 'Run', isNumber: false },
  { title: 'Samples', isNumber: true },
]

test('numbers stand to the right, and a bar is no border', () => {
  expect(markdownTable(columns, [['a|b', '7']])).toBe('| Run | Samples |\n| --- | ---: |\n| a\\|b | 7 |\n')
})

test('every text comes back from comma-separated values', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 }), rows => {
      expect(parseCsv(csvTable(['one', 'two'], rows))).toEqual([['one', 'two'], ...rows])
    }),
  )
})

/** By the grammar of RFC 4180, character by character. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let [row, cell, isQuoted]: [string[], string, boolean] = [[], '', false]
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    const next = text.charAt(index + 1)
    if (isQuoted && character === '"' && next === '"') {
      cell += character
      index++
    } else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && character === ',') [row, cell] = [[...row, cell], '']
    else if (!isQuoted && character === '\r' && next === '\n') {
      rows.push([...row, cell])
      ;[row, cell] = [[], '']
      index++
    } else cell += character
  }
  return rows
}
