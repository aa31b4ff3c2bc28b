import { expect, test } from 'vitest'
import { answerColumns, answerRows, answersRequest } from './answers.ts'

const counts = {
  ...{ pages: 1000, folios: 16, mappingRmw: 0, referenceRmw: 0, flagRmw: 0, lockRmw: 0, queueLocks: 0 },
  ...{ outsideRmw: 0, loads: 4500, stores: 0, calls: 0, retries: 1234, readerQueries: 900 },
  ...{ readerUncertain: 9, readerFalselyShared: 0, readerFalselyExclusive: 0 },
}

test('every scheme is asked over folio sizes, beside a task that writes and a reader', () => {
  const { variants, cells } = answersRequest(['123', 'mm-id'])
  expect(variants.map(({ scheme, readers }) => [scheme, readers])).toEqual([
    ['123', 1],
    ['mm-id', 1],
  ])
  expect(new Set(cells.map(({ benchmark, parameters }) => `${benchmark} ${parameters.tasks}`))).toEqual(
    new Set(['read-shared 2']),
  )
  expect(cells.length).toBeGreaterThan(2)
})

test('the cases of a scheme stand together, and false answers are marked', () => {
  const { cells } = answersRequest([])
  const cases = cells.slice(0, 2).flatMap((cell, index) => [
    { variant: 'one', cell, counts },
    { variant: 'two', cell, counts: { ...counts, readerFalselyExclusive: index } },
  ])
  const rows = answerRows(cases)
  expect(rows.map(({ scheme, folio, isFalse }) => [scheme, folio, isFalse])).toEqual([
    ['one', '16 KiB', false],
    ['one', '64 KiB', false],
    ['two', '16 KiB', false],
    ['two', '64 KiB', true],
  ])
  expect(rows[0]!.figures).toEqual(['4.5', '1,234', '900', '9', '0', '0'])
  expect(rows[0]!.figures).toHaveLength(answerColumns.length)
})
