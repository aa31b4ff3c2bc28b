/**
 * What colour and words a change of a matrix has: certain or not, how large, and what is behind it.
 */
import { referenceKey, type Comparison, type ComparisonRow } from '../../contract/comparison.ts'
import { strengthOf, toneOf } from '../../chart/change-tone.ts'
import type { ChangeMark } from './table.ts'
import { formatFineChange, formatP, formatValue } from './words.ts'
import { cellName } from '../../text/cell-text.ts'
import { cellQuantity, variantNames } from './comparison-names.ts'
import { variantTitle } from '../../text/variant-text.ts'

/** A change is certain where its colour says which way it goes, as on the screens. */
export function changeMark(comparison: Comparison, row: ComparisonRow): ChangeMark {
  const tone = toneOf(row)
  return {
    kind: tone === 'none' ? 'uncertain' : tone,
    step: strengthOf(row.percent ?? 0),
    details: detailsOf(comparison, row),
  }
}

function detailsOf(comparison: Comparison, row: ComparisonRow): string[] {
  const { cell, percent, low, high, p, n, baselineMedian, variantMedian, verdictText } = row
  const quantity = cellQuantity(comparison, cell)
  const variant = variantNames(comparison).get(referenceKey(row.variant)) ?? ''
  return [
    `${cellName(cell, comparison.cells)}: ${variant} against ${variantTitle(comparison, comparison.baseline)}`,
    ...(percent === null ? [] : [`change ${formatFineChange(percent)} %`]),
    ...(low === null || high === null
      ? []
      : [`interval ${formatFineChange(low)} to ${formatFineChange(high)} %`]),
    ...(baselineMedian === null || variantMedian === null
      ? []
      : [`median ${formatValue(baselineMedian, quantity)} → ${formatValue(variantMedian, quantity)}`]),
    `${n} ${n === 1 ? 'round' : 'rounds'}${p === null ? '' : `, p ${formatP(p)}`}`,
    verdictText,
  ].filter(line => line !== '')
}
