import { expect, test } from 'vitest'
import { exampleAdvice, exampleAdviceId, examplePart } from '../../test/fixtures/advice.ts'
import { Advice } from './advice.ts'
import { reasonCharacters } from './bounds.ts'

const part = examplePart('munmap', 0, 'helps', -24.5)

test.each([
  ['a change by more than everything', { parts: [{ ...part, percent: -101 }] }],
  ['a change that no sum survives', { parts: [{ ...part, high: 1e300 }] }],
  ['a coverage above 1', { parts: [{ ...part, coverage: 1.5 }] }],
  ['a region below 0', { parts: [{ ...part, regionPercent: -1 }] }],
  ['a candidate that is none', { parts: [{ ...part, candidate: 1e6 }] }],
  ['a CPU that no machine has', { parts: [{ ...part, setting: { ...part.setting, cpus: [1e9] } }] }],
  ['more tasks than there can be', { parts: [{ ...part, setting: { ...part.setting, tasks: 1e9 } }] }],
  ['more parts than can be measured', { parts: Array<unknown>(1001).fill(part) }],
  ['more evidence than can be read', { evidenceFor: Array<string>(1001).fill('so') }],
  ['a budget without end', { budgetSeconds: 1e300 }],
  ['a latency without end', { latencies: [{ instruction: 'lock add', ns: 1e300 }] }],
])('an advice with %s is refused', (_, change) => {
  expect(Advice.safeParse(exampleAdvice()).success).toBe(true)
  expect(Advice.safeParse({ ...exampleAdvice(), ...change }).success).toBe(false)
})

test('words that are too long are cut, and its id has one spelling', () => {
  const long = 'x'.repeat(1_000_000)
  const read = Advice.parse({
    ...exampleAdvice({ sentence: long, evidenceFor: [long] }),
    id: exampleAdviceId.toUpperCase(),
  })
  expect([read.sentence.length, read.evidenceFor[0]?.length]).toEqual([reasonCharacters, reasonCharacters])
  expect(read.id).toBe(exampleAdviceId)
})
