import { expect, test } from 'vitest'
import { compareWithin } from '../../comparison/compare.ts'
import { measuredRun } from '../../comparison/measured-run.ts'
import type { Comparison, ComparisonRow } from '../../contract/comparison.ts'
import { stagesRun } from '../../../test/fixtures/comparison-of-stages.ts'
import { findings } from './findings.ts'

const [comparison] = compareWithin(measuredRun(stagesRun), { references: [], noiseFloor: () => 0.6 }) as [
  Comparison,
]

function judged(verdictOf: (row: ComparisonRow) => ComparisonRow['verdict']): string[] {
  const rows = comparison.rows.map(row => ({ ...row, verdict: verdictOf(row) }))
  return findings({ ...comparison, rows })
}

const labels = ['rmap-id', 'all'] // of the fixture, beside the baseline

test('variants of which the same is to be said share a sentence, which names no case when it is true of all', () => {
  const all = labels.join(', ')
  expect(judged(() => 'disturbed')).toEqual([`${all}: disturbed, so no verdicts.`])
  expect(judged(() => 'not-calibrated')).toEqual([`${all}: not calibrated, so no verdicts.`])
  expect(judged(() => 'no-change')).toEqual([`${all}: no relevant change in any case.`])
  expect(judged(() => 'too-few')).toEqual([`${all}: no clear result in any case.`])
})

test('a change has its size, and stands beside what has none', () => {
  const { benchmark } = comparison.rows[0]!.cell
  const sentences = judged(({ cell }) => (cell.benchmark === benchmark ? 'improved' : 'disturbed'))
  expect(sentences).toHaveLength(labels.length)
  for (const sentence of sentences)
    expect(sentence).toMatch(/^[\w-]+: better in \S.* \([+-]?[\d.]+ %\); disturbed, so no verdict, for \S/)
})
