import { expect, test } from 'vitest'
import { adviceQuestions } from '../contract/advice.ts'
import { benchmarkOf } from '../contract/benchmark.ts'
import { publishedReferences } from '../comparison/published-tables.ts'
import { aloneOperations, contendedOperation, questions } from './questions.ts'

test.each(adviceQuestions)('%s: candidates differ from the shared scheme and from each other', name => {
  const { shared, copy, candidates } = questions[name]
  expect(copy).toBe(`copy:${shared.scheme}`)
  const schemes = [shared.scheme, copy, ...candidates.map(({ scheme }) => scheme)]
  expect(new Set(schemes).size).toBe(schemes.length)
  expect(candidates.length).toBeGreaterThan(0)
  const words = [shared.label, ...candidates.map(({ label }) => label)]
  expect(new Set(words).size).toBe(words.length)
})

test.each(adviceQuestions)(
  '%s: the shared scheme and a candidate were published for all operations',
  name => {
    const { shared, candidates } = questions[name]
    const published = new Set(publishedReferences().map(({ stage, benchmark }) => `${stage} ${benchmark}`))
    for (const operation of aloneOperations) {
      expect(published).toContain(`${shared.scheme} ${operation}`)
      expect(candidates.some(({ scheme }) => published.has(`${scheme} ${operation}`))).toBe(true)
    }
  },
)

test('operations alone are times, the contended one is a throughput', () => {
  expect(aloneOperations.map(operation => benchmarkOf(operation).metric)).toEqual(
    aloneOperations.map(() => 'time'),
  )
  expect(benchmarkOf(contendedOperation).metric).toBe('throughput')
})
