/**
 * What colour and words a change of a matrix has: certain or not, how large, and what is behind it.
 */
import type { Comparison, ComparisonRow } from '../../contract/comparison.ts'
import type { ChangeMark } from '../format/table.ts'
import { cellName, formatFineChange, formatP, formatValue, referenceKey } from '../words.ts'
import { cellQuantity, variantName, variantNames } from './comparison-names.ts'

/** Percent from which a change has the next darker colour. */
const steps = [1, 3, 10, 30]

/**
 * A change is certain where a verdict says so, or, without verdicts, where its interval excludes 0.
 */
export function changeMark(comparison: Comparison, row: ComparisonRow): ChangeMark {
  const isLess = (row.percent ?? 0) < 0
  const isLessBetter = cellQuantity(comparison, row.cell) !== 'throughput'
  return {
    kind: isCertain(row) ? (isLess === isLessBetter ? 'better' : 'worse') : 'uncertain',
    step: 1 + steps.filter(least => Math.abs(row.percent ?? 0) >= least).length,
    details: detailsOf(comparison, row),
  }
}

/** Whether a change can be told apart from none. */
export function isCertain({ verdict, family, low, high }: ComparisonRow): boolean {
  switch (verdict) {
    case 'improved':
    case 'regressed':
      return true
    case 'not-calibrated': {
      const interval = family ?? (low === null || high === null ? null : { low, high })
      return interval !== null && (interval.low > 0 || interval.high < 0)
    }
    default:
      return false
  }
}

function detailsOf(comparison: Comparison, row: ComparisonRow): string[] {
  const { cell, percent, low, high, p, n, baselineMedian, variantMedian, verdictText } = row
  const quantity = cellQuantity(comparison, cell)
  const variant = variantNames(comparison).get(referenceKey(row.variant)) ?? ''
  return [
    `${cellName(cell, comparison.cells)}: ${variant} against ${variantName(comparison, comparison.baseline)}`,
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
