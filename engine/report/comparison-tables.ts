import { quantityOf, type Quantity } from '../contract/benchmark.ts'
import { cellKey, type Cell } from '../contract/case.ts'
import type {
  Comparison,
  ComparisonRow,
  ComparisonVariant,
  VariantReference,
} from '../contract/comparison.ts'
import { clockOf } from '../contract/variant.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'
import { cellName, commonParameters, formatChange, formatValue, referenceKey, verdictWords } from './words.ts'

const quantities = [
  { quantity: 'time', title: 'Percent change of run time; negative is better' },
  { quantity: 'throughput', title: 'Percent change of throughput; positive is better' },
  { quantity: 'instructions', title: 'Percent change of executed instructions; negative is better' },
] as const

const basePageBytes = 4096 // of the x86-64 virtual machines in which instructions are counted

/** The percent matrices in the layout of the published tables, and the intervals behind them. */
export function comparisonTables(comparison: Comparison): Table[] {
  return [
    ...quantities.flatMap(({ quantity, title }) => matrix(comparison, quantity, title)),
    ...exactCounts(comparison),
    intervals(comparison),
    ...differences(comparison),
  ]
}

/** Variants as rows, benchmarks as numbered columns; none when no benchmark has this quantity. */
function matrix(comparison: Comparison, quantity: Quantity, title: string): Table[] {
  const cells = comparison.cells.filter(cell => cellQuantity(comparison, cell) === quantity)
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
  const names = variantNames(comparison)
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

/** Counted instructions of both sides and their difference; none when times were compared. */
function exactCounts(comparison: Comparison): Table[] {
  const names = variantNames(comparison)
  const rows = comparison.rows.flatMap(({ cell, variant, baselineMedian, variantMedian, percent }) => {
    if (cellQuantity(comparison, cell) !== 'instructions') return []
    if (baselineMedian === null || variantMedian === null) return []
    const pages = cell.parameters.sizeBytes / basePageBytes
    const difference = variantMedian - baselineMedian
    return [
      [
        textCell(cellName(cell)),
        textCell(names.get(referenceKey(variant)) ?? ''),
        numberCell(baselineMedian, formatCount),
        numberCell(variantMedian, formatCount),
        numberCell(difference, formatCountChange),
        numberCell(percent, formatExactChange),
        numberCell(baselineMedian * pages, formatWhole),
        numberCell(variantMedian * pages, formatWhole),
      ],
    ]
  })
  if (rows.length === 0) return []
  return [
    {
      title: `Instructions per page and per operation. Baseline: ${variantName(comparison, comparison.baseline)}`,
      columns: [
        left('benchmark'),
        left('variant'),
        right('baseline/page'),
        right('variant/page'),
        right('difference'),
        right('change'),
        right('baseline/operation'),
        right('variant/operation'),
      ],
      rows,
      notes: ['Instructions were counted by the virtual machine; they are no measure of time.'],
    },
  ]
}

function cellQuantity({ baseline }: Comparison, cell: Cell): Quantity {
  return quantityOf(cell.benchmark, clockOf(baseline.variant))
}

function coverageNote(rows: readonly ComparisonRow[]): string[] {
  const coverages = rows.flatMap(row => (row.coverage === null ? [] : [row.coverage]))
  if (rows.every(row => row.method === 'exact'))
    return ['Counts have no chance in them: low and high are the extremes of any two counts that were seen.']
  if (coverages.length === 0) return ['No row has enough rounds for an interval.']
  const least = (100 * Math.min(...coverages)).toFixed(1)
  return [`Each interval covers the true change with a probability of at least ${least} %.`]
}

function medianNotes(comparison: Comparison): string[] {
  const medians = comparison.cells.flatMap(cell => {
    const row = comparison.rows.find(other => cellKey(other.cell) === cellKey(cell))
    if (row === undefined || row.baselineMedian === null) return []
    return [`${cellName(cell)} ${formatValue(row.baselineMedian, cellQuantity(comparison, cell))}`]
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

function variantNames(comparison: Comparison): ReadonlyMap<string, string> {
  return new Map(
    comparison.variants.map(variant => [referenceKey(variant.reference), variantName(comparison, variant)]),
  )
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

function formatCount(count: number): string {
  return count.toFixed(2)
}

function formatWhole(count: number): string {
  return String(Math.round(count))
}

function formatCountChange(difference: number): string {
  return (difference > 0 ? '+' : '') + formatCount(difference)
}

/** Two decimals: a difference of counts is exact, however small. */
function formatExactChange(percent: number): string {
  return `${(percent > 0 ? '+' : '') + percent.toFixed(2)}%`
}
