/** What a comparison found, a sentence for each variant. */
import { referenceKey, type Comparison, type ComparisonRow } from '../../contract/comparison.ts'
import { formatChange } from './words.ts'
import { cellName } from '../../text/cell-text.ts'
import { variantTitle } from '../../text/variant-text.ts'

type Verdict = ComparisonRow['verdict']

/**
 * In the order of a sentence; `words` stand before the names of the cells, `every` for all of
 * several cells.
 */
const groups: readonly Readonly<{
  words: string
  every: string | null
  verdicts: readonly Verdict[]
}>[] = [
  { words: 'better in', every: null, verdicts: ['improved'] },
  { words: 'worse in', every: null, verdicts: ['regressed'] },
  { words: 'no relevant change in', every: 'no relevant change in any case', verdicts: ['no-change'] },
  {
    words: 'no clear result in',
    every: 'no clear result in any case',
    verdicts: ['changed-within-floor', 'not-resolved', 'too-few'],
  },
  {
    words: 'not calibrated, so no verdict, for',
    every: 'not calibrated, so no verdicts',
    verdicts: ['not-calibrated'],
  },
  { words: 'disturbed, so no verdict, for', every: 'disturbed, so no verdicts', verdicts: ['disturbed'] },
]

/**
 * `all: better in remap (-6.9 %); no clear result in cow.` Variants of which the same is to be said
 * share a sentence.
 */
export function findings(comparison: Comparison): string[] {
  if (comparison.objections.length > 0) return ['Measured under different conditions: no verdicts.']
  const variantsBySentence = new Map<string, string[]>()
  for (const variant of comparison.variants) {
    const sentence = findingOf(comparison, referenceKey(variant.reference))
    if (sentence === '') continue
    const titles = variantsBySentence.get(sentence) ?? []
    variantsBySentence.set(sentence, [...titles, variantTitle(comparison, variant)])
  }
  return [...variantsBySentence].map(([sentence, titles]) => `${titles.join(', ')}: ${sentence}.`)
}

function findingOf(comparison: Comparison, variant: string): string {
  const own = comparison.rows.filter(row => referenceKey(row.variant) === variant)
  const parts = groups.flatMap(({ words, every, verdicts }) => {
    const those = own.filter(({ verdict }) => verdicts.includes(verdict))
    if (those.length === 0) return []
    if (every !== null && those.length === own.length && own.length > 1) return [every]
    const names = those.map(({ cell, percent }) => {
      const name = cellName(cell, comparison.cells)
      return every === null && percent !== null ? `${name} (${formatChange(percent)} %)` : name
    })
    return [`${words} ${names.join(', ')}`]
  })
  return parts.join('; ')
}
