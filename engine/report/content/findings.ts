/** What a comparison found, a sentence for each variant. */
import { referenceKey, type Comparison, type ComparisonRow } from '../../contract/comparison.ts'
import { formatChange } from './words.ts'
import { cellName } from '../../text/cell-text.ts'
import { variantTitle } from '../../text/variant-text.ts'

type Verdict = ComparisonRow['verdict']

/** In the order of a sentence; the words stand before the names of the cells. */
const groups: readonly Readonly<{ words: string; verdicts: readonly Verdict[]; isSized: boolean }>[] = [
  { words: 'better in', verdicts: ['improved'], isSized: true },
  { words: 'worse in', verdicts: ['regressed'], isSized: true },
  { words: 'no relevant change in', verdicts: ['no-change'], isSized: false },
  {
    words: 'no clear result in',
    verdicts: ['changed-within-floor', 'not-resolved', 'too-few'],
    isSized: false,
  },
  { words: 'not calibrated, so no verdict, for', verdicts: ['not-calibrated'], isSized: false },
  { words: 'disturbed, so no verdict, for', verdicts: ['disturbed'], isSized: false },
]

/** `all: better in remap (-6.9 %); no clear result in cow.` */
export function findings(comparison: Comparison): string[] {
  if (comparison.objections.length > 0) return ['Measured under different conditions: no verdicts.']
  return comparison.variants.flatMap(variant => {
    const key = referenceKey(variant.reference)
    const own = comparison.rows.filter(row => referenceKey(row.variant) === key)
    const parts = groups.flatMap(({ words, verdicts, isSized }) => {
      const names = own
        .filter(({ verdict }) => verdicts.includes(verdict))
        .map(({ cell, percent }) =>
          isSized && percent !== null
            ? `${cellName(cell, comparison.cells)} (${formatChange(percent)} %)`
            : cellName(cell, comparison.cells),
        )
      return names.length === 0 ? [] : [`${words} ${names.join(', ')}`]
    })
    return parts.length === 0 ? [] : [`${variantTitle(comparison, variant)}: ${parts.join('; ')}.`]
  })
}
