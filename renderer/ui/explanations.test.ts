import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { benchmarkNames } from '../../engine/contract/benchmark.ts'
import { verdictKinds } from '../../engine/contract/comparison.ts'
import { stageNames } from '../../engine/contract/variant.ts'
import {
  benchmarkExplanations,
  formExplanations,
  stageExplanations,
  statisticExplanations,
  statisticNames,
  verdictExplanations,
} from './explanations.ts'

/** The headings of one document. */
function headingsOf(document: string): string[] {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../docs', document), 'utf8')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
}

const books = [
  ['benchmarks', benchmarkNames, benchmarkExplanations],
  ['stages', stageNames, stageExplanations],
  ['verdicts', verdictKinds, verdictExplanations],
  ['statistics', statisticNames, statisticExplanations],
  ['terms of the form', ['work', 'form', 'returns'], formExplanations],
] as const

test.each(books)('every one of the %s is explained, and nothing else', (_, names, book) => {
  expect(Object.keys(book).sort()).toEqual([...names].sort())
})

test.each(books)('%s have a definition of some length and a source that exists', (_, __, book) => {
  for (const [name, { title, text, source }] of Object.entries(book)) {
    expect(title, name).not.toBe('')
    expect(text.length, name).toBeGreaterThan(60)
    expect(text, name).toMatch(/\.$/)
    const [, document, section] = /^docs\/([a-z-]+\.md), (.*)$/.exec(source) ?? []
    if (document === undefined) expect(source, name).toMatch(/20\d\d/)
    else expect(headingsOf(document), name).toContain(section)
  }
})

test('no two words share an explanation', () => {
  for (const [, , book] of books) {
    const texts = Object.values(book).map(({ text }) => text)
    expect(new Set(texts).size).toBe(texts.length)
  }
})
