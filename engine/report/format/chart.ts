/** What a bar chart with whiskers shows, apart from how it is drawn. */
import type { Cell } from '../../contract/case.ts'
import type { Comparison } from '../../contract/comparison.ts'
import type { Run } from '../../contract/run.ts'
import { elementAt } from '../../statistics/element-at.ts'
import { sortAscending } from '../../statistics/quantile.ts'
import { variantName } from '../content/comparison-names.ts'
import { casesOf, type RunCase } from '../content/run-cases.ts'
import { cellName, formatChange, referenceKey } from '../words.ts'

const mostDots = 2000 // of one bar

export type ChartBar = Readonly<{
  group: string
  series: string
  /** Number of the series' colour; a variant has the same one in every chart of a document. */
  colour: number
  value: number
  /** Ends of the whisker; null without an interval. */
  interval: Readonly<{ low: number; high: number }> | null
  /** Single measurements, drawn as dots. */
  dots: readonly number[]
  /** Nothing may be concluded from it: it is drawn without its colour. */
  isDisturbed: boolean
  /** What a reader learns from pointing at it. */
  description: string
}>

export type Chart = Readonly<{ title: string; unit: string; bars: readonly ChartBar[] }>

/** Percent change of every variant, grouped by benchmark. */
export function comparisonChart(comparison: Comparison): Chart {
  const names = new Map(
    comparison.variants.map(variant => [referenceKey(variant.reference), variantName(comparison, variant)]),
  )
  const keys = [...names.keys()]
  const bars = comparison.rows.flatMap(({ cell, variant, percent, low, high, n, verdict }) => {
    if (percent === null) return []
    const [group, series] = [cellName(cell, comparison.cells), names.get(referenceKey(variant)) ?? '']
    const colour = keys.indexOf(referenceKey(variant)) + 1 // 0 is the baseline's
    const interval = low === null || high === null ? null : { low, high }
    const range =
      interval === null ? '' : `, interval ${formatChange(interval.low)} to ${formatChange(interval.high)} %`
    const isDisturbed = verdict === 'disturbed'
    const description = `${group}, ${series}: ${formatChange(percent)} %${range}, ${n} rounds${isDisturbed ? ', disturbed' : ''}`
    return [{ group, series, colour, value: percent, interval, dots: [], isDisturbed, description }]
  })
  return { title: 'Change against the baseline', unit: '%', bars }
}

/** How far the samples of each case lie from their median. */
export function spreadChart(run: Run): Chart {
  return {
    title: 'Samples around their median',
    unit: '%',
    bars: casesOf(run).flatMap(runCase => spreadBar(runCase, run.cells)),
  }
}

function spreadBar(runCase: RunCase, cells: readonly Cell[]): ChartBar[] {
  const { variantLabel, values, summary, disturbance } = runCase
  const { variantIndex } = runCase.case
  if (summary === null) return []
  const group = cellName(runCase.case, cells)
  const dots = drawn(values).map(value => deviationPercent(value, summary.median))
  const interval =
    summary.interval === null
      ? null
      : {
          low: deviationPercent(summary.interval.low, summary.median),
          high: deviationPercent(summary.interval.high, summary.median),
        }
  const isDisturbed = disturbance !== null
  const description = `${group}, ${variantLabel}: ${summary.n} samples${isDisturbed ? ', disturbed' : ''}`
  return [
    { group, series: variantLabel, colour: variantIndex, value: 0, interval, dots, isDisturbed, description },
  ]
}

/**
 * All values, or of very many so many as can be told apart, the smallest
 * and the largest among them.
 */
function drawn(values: readonly number[]): readonly number[] {
  if (values.length <= mostDots) return values
  const sorted = sortAscending(values)
  const last = sorted.length - 1
  return Array.from({ length: mostDots }, (_, index) =>
    elementAt(sorted, Math.round((index * last) / (mostDots - 1))),
  )
}

function deviationPercent(value: number, centre: number): number {
  return 100 * (value / centre - 1)
}
