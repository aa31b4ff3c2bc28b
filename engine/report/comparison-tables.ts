import type { Metric } from '../contract/benchmark.ts'
import { cellKey, type Cell } from '../contract/case.ts'
import type {
  Comparison,
  ComparisonRow,
  ComparisonVariant,
  VariantReference,
} from '../contract/comparison.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'
import {
  cellName,
  commonParameters,
  formatChange,
  formatValue,
  metricOf,
  referenceKey,
  verdictWords,
} from './words.ts'

const metrics = [
  { metric: 'time', title: 'Percent change of run time; negative is better' },
  { metric: 'throughput', title: 'Percent change of throughput; positive is better' },
] as const

/** The percent matrices in the layout of the published tables, and the intervals behind them. */
export function comparisonTables(comparison: Comparison): Table[] {
  return [
    ...metrics.flatMap(({ metric, title }) => matrix(comparison, metric, title)),
    intervals(comparison),
    ...differences(comparison),
  ]
}

/** Variants as rows, benchmarks as numbered columns; none when no benchmark has this metric. */
function matrix(comparison: Comparison, metric: Metric, title: string): Table[] {
  const cells = comparison.cells.filter(cell => metricOf(cell.benchmark) === metric)
  if (cells.length === 0) return []
  const rowOf = rowFinder(comparison.rows)
  return [
    {
      title: `${title}. Baseline: ${variantName(comparison, comparison.baseline)}. ${commonParameters(cells)}`,
      columns: [left('variant'), ...cells.map((_, index) => right(`(${index + 1})`))],
      rows: comparison.variants.map(variant => [
        textCell(variantName(comparison, variant)),
        ...cells.map(cell => numberCell(rowOf(variant.reference, cell)?.percent ?? null, formatChange)),
      ]),
      notes: [cells.map((cell, index) => `(${index + 1}) ${cellName(cell)}`).join(' ')],
    },
  ]
}

function intervals(comparison: Comparison): Table {
  const names = new Map(
    comparison.variants.map(variant => [referenceKey(variant.reference), variantName(comparison, variant)]),
  )
  return {
    title: 'Intervals of the change, in percent',
    columns: [
      left('benchmark'),
      left('variant'),
      right('change'),
      right('low'),
      right('high'),
      right('n'),
      right('p'),
      left('verdict'),
    ],
    rows: comparison.rows.map(row => [
      textCell(cellName(row.cell)),
      textCell(names.get(referenceKey(row.variant)) ?? ''),
      numberCell(row.percent, formatChange),
      numberCell(row.low, formatChange),
      numberCell(row.high, formatChange),
      numberCell(row.n, String),
      numberCell(row.p, formatP),
      { text: verdictWords[row.verdict], value: row.verdict },
    ]),
    notes: [...coverageNote(comparison.rows), ...medianNotes(comparison), ...warningNotes(comparison.rows)],
  }
}

function coverageNote(rows: readonly ComparisonRow[]): string[] {
  const coverages = rows.flatMap(row => (row.coverage === null ? [] : [row.coverage]))
  if (coverages.length === 0) return ['No row has enough rounds for an interval.']
  const least = (100 * Math.min(...coverages)).toFixed(1)
  return [`Each interval covers the true change with a probability of at least ${least} %.`]
}

function medianNotes(comparison: Comparison): string[] {
  const medians = comparison.cells.flatMap(cell => {
    const row = comparison.rows.find(other => cellKey(other.cell) === cellKey(cell))
    if (row === undefined || row.baselineMedian === null) return []
    return [`${cellName(cell)} ${formatValue(row.baselineMedian, metricOf(cell.benchmark))}`]
  })
  return medians.length === 0 ? [] : [`Baseline medians: ${medians.join(', ')}.`]
}

function warningNotes(rows: readonly ComparisonRow[]): string[] {
  const counts = new Map<string, number>()
  for (const warning of rows.flatMap(row => row.warnings)) counts.set(warning, (counts.get(warning) ?? 0) + 1)
  return [...counts].map(([warning, count]) => `${warning} (${count} of ${rows.length} rows)`)
}

function differences({ differences }: Comparison): Table[] {
  if (differences.length === 0) return []
  return [
    {
      title: 'In what the environments differ',
      columns: [left('field'), left('baseline'), left('variant')],
      rows: differences.map(({ field, baseline, variant }) => [field, baseline, variant].map(textCell)),
      notes: [],
    },
  ]
}

/** What tells a variant apart from the others shown: its label, else the label of its run, else the run's id. */
export function variantName(comparison: Comparison, variant: ComparisonVariant): string {
  const all = [comparison.baseline, ...comparison.variants]
  const { label } = variant.variant
  if (all.filter(other => other.variant.label === label).length === 1) return label
  if (all.filter(other => other.runLabel === variant.runLabel).length === 1) return variant.runLabel
  return `${label} (${variant.reference.runId.slice(0, 8)})`
}

function rowFinder(
  rows: readonly ComparisonRow[],
): (variant: VariantReference, cell: Cell) => ComparisonRow | undefined {
  const byKey = new Map(rows.map(row => [`${referenceKey(row.variant)} ${cellKey(row.cell)}`, row]))
  return (variant, cell) => byKey.get(`${referenceKey(variant)} ${cellKey(cell)}`)
}

function formatP(p: number): string {
  return p < 0.001 ? '<.001' : p.toFixed(3)
}
