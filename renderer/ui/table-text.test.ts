import { expect, test } from 'vitest'
import { csvTable, markdownTable } from './table-text.ts'

const columns = [
  { title: 'Run', isNumber: false },
  { title: 'Samples', isNumber: true },
]

test('numbers stand to the right, and a bar is not a border', () => {
  expect(markdownTable(columns, [['a|b', '7']])).toBe('| Run | Samples |\n| --- | ---: |\n| a\\|b | 7 |\n')
})

test('a text is not a formula, a number stays one, and what is missing is empty', () => {
  expect(
    csvTable(
      ['one', 'two (%)'],
      [
        ['=1+1', -2.5],
        ['a,b', null],
      ],
    ),
  ).toBe('one,two (%)\r\n\'=1+1,-2.5\r\n"a,b",\r\n')
})
