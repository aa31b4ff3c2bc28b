import { benchmarkOf, quantityOf, type Metric, type Quantity } from '../../../engine/contract/benchmark.ts'
import { cellKey, type Cell } from '../../../engine/contract/case.ts'
import { strengthOf, toneOf, type Tone } from '../../../engine/chart/change-tone.ts'
import {
  referenceKey,
  type Comparison,
  type ComparisonRow,
  type ComparisonVariant,
} from '../../../engine/contract/comparison.ts'
import { clockOf } from '../../../engine/contract/variant.ts'
import { distinguishingWords } from '../../../engine/text/cell-text.ts'
import { formatScaled, scaleFor, type Scale } from '../../../engine/text/value-text.ts'
import type { StatisticName } from '../../ui/explanations.ts'
import { changeSentence, formatCoverage } from '../../view-models/change-sentence.ts'
import { directionOf, formatInterval, formatPercent, formatSigned } from '../../../engine/text/format.ts'

export type MatrixColumn = Readonly<{
  key: string
  cell: Cell
  metric: Metric
  quantity: Quantity
  /** What sets this column apart from others of the same benchmark; empty when nothing does. */
  parameters: string
  /** Shared by all medians of the column. */
  scale: Scale
  /** In the unit of `scale`; null when the baseline has no valid sample. */
  baselineMedian: string | null
}>

/** Neighbouring columns of one quantity, which are read in the same direction. */
export type ColumnGroup = Readonly<{ quantity: Quantity; title: string; columns: number }>

export type MatrixCell = Readonly<{
  key: string
  column: MatrixColumn
  variant: ComparisonVariant
  /** Null when the two variants have no common valid samples of this cell. */
  row: ComparisonRow | null
  hasPercent: boolean
  text: string
  /** Empty without an estimate. */
  interval: string
  /** Why the cell has no verdict, after a mark; empty when it has one. */
  why: string
  /** Which way, when the change is separated from nothing; colour only follows this. */
  tone: Tone
  /** 0 (not separated) to 5, by the size of the change. */
  strength: number
  /** The published change of the same stage and benchmark, when a published table is overlaid. */
  published: number | null
  /** The whole cell in a sentence. */
  description: string
}>

export type MatrixRow = Readonly<{
  key: string
  variant: ComparisonVariant
  cells: readonly MatrixCell[]
}>

export type Matrix = Readonly<{
  groups: readonly ColumnGroup[]
  columns: readonly MatrixColumn[]
  rows: readonly MatrixRow[]
  /** Whether baseline and variants are all of one run, so that it need not be named in each row. */
  isOneRun: boolean
}>

/**
 * The published layout: variants as rows, benchmarks as columns, percent
 * change against the baseline.
 * @param publishedTable the published table that is overlaid; null for none
 */
export function matrixOf(comparison: Comparison, publishedTable: string | null = null): Matrix {
  const published = new Map(
    comparison.published
      .filter(({ table }) => table === publishedTable)
      .flatMap(({ rows }) => rows)
      .map(({ cell, variant, percent }) => [`${referenceKey(variant)} ${cellKey(cell)}`, percent]),
  )
  const rowsByKey = new Map(
    comparison.rows.map(row => [`${referenceKey(row.variant)} ${cellKey(row.cell)}`, row]),
  )
  const columns = comparison.cells.map(cell => columnOf(cell, comparison))
  return {
    columns,
    groups: groupsOf(columns),
    isOneRun: comparison.variants.every(
      variant => variant.reference.runId === comparison.baseline.reference.runId,
    ),
    rows: comparison.variants.map(variant => ({
      key: referenceKey(variant.reference),
      variant,
      cells: columns.map(column => {
        const key = `${referenceKey(variant.reference)} ${column.key}`
        return cellOf(key, column, variant, rowsByKey.get(key) ?? null, published.get(key) ?? null)
      }),
    })),
  }
}

function columnOf(cell: Cell, comparison: Comparison): MatrixColumn {
  const { metric } = benchmarkOf(cell.benchmark)
  const key = cellKey(cell)
  const rows = comparison.rows.filter(row => cellKey(row.cell) === key)
  const medians = rows.flatMap(row => [row.baselineMedian, row.variantMedian]).filter(value => value !== null)
  const quantity = quantityOf(cell.benchmark, clockOf(comparison.baseline.variant))
  const scale = scaleFor(quantity, medians)
  const baseline = rows.find(row => row.baselineMedian !== null)?.baselineMedian ?? null
  return {
    key,
    cell,
    metric,
    quantity,
    parameters: distinguishingWords(cell, comparison.cells).join(', '),
    scale,
    baselineMedian: baseline === null ? null : formatScaled(baseline, scale),
  }
}

function groupsOf(columns: readonly MatrixColumn[]): readonly ColumnGroup[] {
  const groups: ColumnGroup[] = []
  for (const { quantity, metric } of columns) {
    const last = groups[groups.length - 1]
    if (last?.quantity === quantity) groups[groups.length - 1] = { ...last, columns: last.columns + 1 }
    else groups.push({ quantity, title: `${quantityWords[quantity]}, ${directionOf(metric)}`, columns: 1 })
  }
  return groups
}

const quantityWords: Readonly<Record<Quantity, string>> = {
  time: 'Time',
  throughput: 'Throughput',
  instructions: 'Instructions',
}

function cellOf(
  key: string,
  column: MatrixColumn,
  variant: ComparisonVariant,
  row: ComparisonRow | null,
  published: number | null,
): MatrixCell {
  const percent = row?.percent ?? null
  const tone = row ? toneOf(row) : 'none'
  return {
    key,
    column,
    variant,
    row,
    hasPercent: percent !== null,
    text: percent === null ? '–' : formatSigned(percent),
    interval: row && percent !== null ? intervalText(row) : '',
    why: row ? whyWords[row.verdict] : '',
    tone,
    strength: tone === 'none' || percent === null ? 0 : strengthOf(percent),
    published,
    description: describeCell(column, variant, row, published),
  }
}

/** In the space of a cell; what has a verdict needs no words beside its number. */
const whyWords: Readonly<Record<ComparisonRow['verdict'], string>> = {
  improved: '',
  regressed: '',
  'no-change': '= no change',
  'changed-within-floor': '≈ within floor',
  'not-resolved': '? no clear result',
  'too-few': '… too few rounds',
  'not-calibrated': '○ not calibrated',
  'not-comparable': '≠ not comparable',
  disturbed: '! disturbed',
}

function intervalText({ low, high }: ComparisonRow): string {
  return low === null || high === null ? 'no interval' : formatInterval(low, high)
}

/** The steps of the colour legend, in words. */
export const strengthWords: readonly string[] = ['< 1', '1–3', '3–10', '10–30', '≥ 30']

function describeCell(
  column: MatrixColumn,
  variant: ComparisonVariant,
  row: ComparisonRow | null,
  published: number | null,
): string {
  const name = `${column.cell.benchmark}${column.parameters === '' ? '' : `, ${column.parameters}`}`
  const { low = null, high = null } = row ?? {}
  return changeSentence(`${name}, ${variant.variant.label}`, {
    percent: row?.percent ?? null,
    interval: low === null || high === null ? null : { low, high },
    coverage: row?.coverage ?? null,
    verdict: row?.verdictText ?? '',
    published,
  })
}

export type CellFact = Readonly<{ name: string; value: string; statistic: StatisticName }>

/** What a cell says when it is looked at closely. */
export function cellFacts({ row, column }: MatrixCell): readonly CellFact[] {
  if (!row) return []
  const { scale } = column
  return [
    { name: 'Estimate', value: optionalPercent(row.percent, '–'), statistic: 'estimate' },
    {
      name: row.coverage === null ? 'Interval' : `${formatCoverage(row.coverage)} interval`,
      value: rangeText(row),
      statistic: 'interval',
    },
    { name: 'Baseline median', value: medianText(row.baselineMedian, scale), statistic: 'median' },
    { name: 'Variant median', value: medianText(row.variantMedian, scale), statistic: 'median' },
    { name: row.method === 'paired' ? 'Rounds' : 'Samples', value: String(row.n), statistic: 'n' },
    ...(row.voidedRounds > 0
      ? [{ name: 'Rounds left out', value: String(row.voidedRounds), statistic: 'voided' as const }]
      : []),
    { name: 'Method', value: methodWords[row.method], statistic: row.method },
  ]
}

/** What stands behind the verdict besides, for the view of one cell. */
export function verdictFacts({ row }: MatrixCell): readonly CellFact[] {
  if (!row) return []
  const { family, range } = row
  return [
    {
      name: 'Interval with all rows',
      value: family === null ? 'none' : rangeText(family),
      statistic: 'family-interval',
    },
    ...(range === null
      ? []
      : [{ name: 'Smallest to largest round', value: rangeText(range), statistic: 'range' as const }]),
    {
      name: 'Threshold δ',
      value:
        row.regionPercent === null
          ? 'none'
          : `± ${row.regionPercent.toFixed(2)} %, the ${row.regionSource === 'noise-floor' ? 'noise floor' : 'threshold'}`,
      statistic: 'region',
    },
    {
      name: 'Noise floor',
      value: row.noiseFloorPercent === null ? 'not measured' : `${row.noiseFloorPercent.toFixed(2)} %`,
      statistic: 'noise-floor',
    },
    ...(row.detectablePercent === null
      ? []
      : [
          {
            name: 'Detectable change',
            value: `${row.detectablePercent.toFixed(2)} %`,
            statistic: 'detectable' as const,
          },
        ]),
    ...(row.p === null ? [] : [{ name: 'p', value: formatP(row.p), statistic: 'p' as const }]),
    ...(row.familyP === null
      ? []
      : [{ name: 'p, corrected', value: formatP(row.familyP), statistic: 'family-p' as const }]),
    {
      name: 'Outlying rounds',
      value:
        row.outlierRounds === 0
          ? 'none'
          : `${row.outlierRounds}; without them ${optionalPercent(row.percentWithoutOutliers, '–')}`,
      statistic: 'outlier',
    },
  ]
}

function optionalPercent(percent: number | null, none: string): string {
  return percent === null ? none : formatPercent(percent)
}

function rangeText({ low, high }: Readonly<{ low: number | null; high: number | null }>): string {
  return low === null || high === null ? 'none' : `${formatPercent(low)} to ${formatPercent(high)}`
}

function medianText(value: number | null, scale: Scale): string {
  return value === null ? '–' : `${formatScaled(value, scale)} ${scale.unit}`
}

const methodWords: Readonly<Record<ComparisonRow['method'], string>> = {
  paired: 'paired rounds',
  unpaired: 'unpaired: drift not controlled',
  exact: 'exact: a repeated run gives the same number',
}

function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}
