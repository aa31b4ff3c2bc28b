import { changeMark } from './change-mark.ts'
import { disturbanceTable, markDisturbed, markNotes } from './disturbance-table.ts'
import type { Quantity } from '../../contract/benchmark.ts'
import { cellKey, type Cell } from '../../contract/case.ts'
import {
  referenceKey,
  type Comparison,
  type ComparisonRow,
  type PublishedChanges,
  type VariantReference,
} from '../../contract/comparison.ts'
import { returnsTitles } from '../../contract/returns.ts'
import { gibibyte, type Percent } from '../../contract/units.ts'
import type { Variant } from '../../contract/variant.ts'
import { cellQuantity, variantNames } from './comparison-names.ts'
import { variantTitle } from '../../text/variant-text.ts'
import { dataOf, left, measured, numberCell, right, textCell, withUnit, type Table } from './table.ts'
import {
  commonParameters,
  formatChange,
  formatFineChange,
  formatP,
  formatSize,
  formatValue,
  returnsWords,
  verdictWords,
} from './words.ts'
import { cellName } from '../../text/cell-text.ts'

const quantities = [
  { quantity: 'time', title: 'Percent change of run time; negative is better' },
  { quantity: 'throughput', title: 'Percent change of throughput; positive is better' },
  { quantity: 'instructions', title: 'Percent change of executed instructions; negative is better' },
] as const

/** The matrices alone, for where there is no room for what they rest on. */
export function comparisonMatrices(comparison: Comparison): Table[] {
  return quantities.flatMap(({ quantity, title }) => matrix(comparison, quantity, title))
}

/**
 * What has to be read before any number: why this should not be compared, and in what
 * the environments differ.
 */
export function cautionTables(comparison: Comparison): Table[] {
  return [...objections(comparison), ...disturbanceTable(comparison), ...differences(comparison)]
}

/** The percent matrices in the layout of the published tables, and what they rest on. */
export function comparisonTables(
  comparison: Comparison,
  matrices: readonly Table[] = comparisonMatrices(comparison),
): Table[] {
  return [
    ...matrices,
    ...comparison.published.flatMap(published => publishedMatrix(comparison, published)),
    ...exactCounts(comparison),
    intervals(comparison),
    verdicts(comparison),
  ]
}

function objections({ objections }: Comparison): Table[] {
  if (objections.length === 0) return []
  return [
    {
      title: 'WARNING: measured under different conditions. No verdicts are given.',
      columns: [left('reason')],
      rows: objections.map(objection => [textCell(`${objection}.`)]),
      notes: [],
    },
  ]
}

function variantsOf({ baseline, variants }: Comparison): Variant[] {
  return [baseline, ...variants].map(({ variant }) => variant)
}

/** Variants as rows, benchmarks as numbered columns; none when no benchmark has this quantity. */
function matrix(comparison: Comparison, quantity: Quantity, title: string): Table[] {
  const cells = comparison.cells.filter(cell => cellQuantity(comparison, cell) === quantity)
  if (cells.length === 0) return []
  const rowOf = rowFinder(comparison.rows)
  return [
    withCellNames(cells, {
      title: `${title}. Baseline: ${variantTitle(comparison, comparison.baseline)}. ${commonParameters(cells)}${returnsWords(variantsOf(comparison))}`,
      ...numberedColumns(cells),
      rows: comparison.variants.map(variant => [
        textCell(variantTitle(comparison, variant)),
        ...cells.map(cell => {
          const row = rowOf(variant.reference, cell)
          const shown = numberCell(row?.percent ?? null, formatChange)
          if (row === undefined || row.percent === null) return shown
          return { ...markDisturbed(shown, row.verdict === 'disturbed'), change: changeMark(comparison, row) }
        }),
      ]),
      notes: [
        ...(comparison.leftOut ?? []),
        ...markNotes(
          comparison.rows.some(
            row => row.verdict === 'disturbed' && cellQuantity(comparison, row.cell) === quantity,
          ),
        ),
      ],
    }),
  ]
}

/** A number heads each column, and the legend says which cell that is. */
function numberedColumns(cells: readonly Cell[]): Pick<Table, 'columns' | 'legend'> {
  return {
    columns: [
      left('variant'),
      ...cells.map((cell, index) => ({ ...right(`(${index + 1})`), name: cellName(cell, cells) })),
    ],
    legend: cells.map((cell, index) => `(${index + 1}) ${cellName(cell, cells)}`).join(' '),
  }
}

/** For programs the numbered columns bear the names of their benchmarks. */
function withCellNames(cells: readonly Cell[], table: Table): Table {
  const columns = ['variant', ...cells.map(cell => withUnit(cellName(cell, cells), '%'))]
  return { ...table, data: { ...dataOf(table), columns } }
}

/** The published numbers of the same stages and benchmarks, in the layout of the measured ones. */
function publishedMatrix(
  comparison: Comparison,
  { title, returns, source, rows }: PublishedChanges,
): Table[] {
  const find = rowFinder(rows)
  const cells = comparison.cells.filter(cell => rows.some(row => cellKey(row.cell) === cellKey(cell)))
  const variants = comparison.variants.filter(variant =>
    cells.some(cell => find(variant.reference, cell) !== undefined),
  )
  return [
    withCellNames(cells, {
      title: `Published percent change on ${title}, whose kernel had ${returnsTitles[returns]}`,
      ...numberedColumns(cells),
      rows: variants.map(variant => [
        textCell(variantTitle(comparison, variant)),
        ...cells.map(cell => numberCell(find(variant.reference, cell)?.percent ?? null, formatChange)),
      ]),
      notes: [
        `Measured at ${publishedRegion(cells)}; anon-cow-* with one task per core, whatever the number of tasks in this comparison.`,
        `Source: ${source}.`,
      ],
    }),
  ]
}

function publishedRegion(cells: readonly Cell[]): string {
  return commonParameters(
    cells.map(({ benchmark, parameters }) => ({
      benchmark,
      parameters: { ...parameters, sizeBytes: gibibyte },
    })),
  )
}

function intervals(comparison: Comparison): Table {
  const names = variantNames(comparison)
  return {
    title: 'Intervals of the change, in percent',
    keys: 2,
    columns: [
      left('benchmark'),
      left('variant'),
      measured('change', '%'),
      measured('low', '%'),
      measured('high', '%'),
      right('n'),
      right('p'),
      left('verdict'),
    ],
    rows: comparison.rows.map(row => [
      textCell(cellName(row.cell, comparison.cells)),
      textCell(names.get(referenceKey(row.variant)) ?? ''),
      numberCell(row.percent, formatFineChange),
      numberCell(row.low, formatFineChange),
      numberCell(row.high, formatFineChange),
      numberCell(row.n, String),
      numberCell(row.p, formatP),
      { text: verdictWords[row.verdict], value: row.verdict },
    ]),
    notes: [
      ...coverageNote(comparison.rows),
      ...rangeNotes(comparison, names),
      ...medianNotes(comparison),
      ...warningNotes(comparison.rows),
    ],
  }
}

/** What too few rounds for an interval have shown all the same. */
function rangeNotes({ rows, cells }: Comparison, names: ReadonlyMap<string, string>): string[] {
  return rows.flatMap(({ cell, variant, low, range, n }) => {
    if (low !== null || range === null) return []
    const name = `${cellName(cell, cells)}, ${names.get(referenceKey(variant)) ?? ''}`
    const seen = `${formatFineChange(range.low)} to ${formatFineChange(range.high)}`
    return [`${name}: changes from ${seen} were seen in ${n} ${n === 1 ? 'round' : 'rounds'}.`]
  })
}

/** What each verdict was made from. */
function verdicts(comparison: Comparison): Table {
  const names = variantNames(comparison)
  return {
    title: `What the verdicts are based on, in percent. Threshold: ${formatSize(comparison.thresholdPercent)}`,
    keys: 2,
    columns: [
      left('benchmark'),
      left('variant'),
      measured('low', '%'),
      measured('high', '%'),
      right('p'),
      measured('delta', '%'),
      measured('floor', '%'),
      measured('detect', '%'),
      left('verdict'),
    ],
    rows: comparison.rows.map(row => [
      textCell(cellName(row.cell, comparison.cells)),
      textCell(names.get(referenceKey(row.variant)) ?? ''),
      numberCell(row.family?.low ?? null, formatFineChange),
      numberCell(row.family?.high ?? null, formatFineChange),
      numberCell(row.familyP, formatP),
      numberCell(row.regionPercent, formatSize),
      numberCell(row.noiseFloorPercent, formatSize),
      numberCell(row.detectablePercent, formatSize),
      textCell(row.verdictText),
    ]),
    notes: familyNotes(comparison),
  }
}

function familyNotes({ rows }: Comparison): string[] {
  const isExact = rows.every(row => row.method === 'exact')
  return [
    ...(isExact || rows.length === 1
      ? []
      : [`low, high and p are corrected for all ${rows.length} rows together (Bonferroni, Holm).`]),
    'delta: changes within ± this are treated as irrelevant; the larger of the threshold and the machine’s A/A floor.',
    ...(isExact ? [] : ['detect: the smallest change that this many rounds reveal with 80 % power.']),
  ]
}

/** Counted instructions of both sides and their difference; none when times were compared. */
function exactCounts(comparison: Comparison): Table[] {
  const names = variantNames(comparison)
  const sides = new Map(comparison.variants.map(side => [referenceKey(side.reference), side]))
  const rows = comparison.rows.flatMap(({ cell, variant, baselineMedian, variantMedian, percent }) => {
    if (cellQuantity(comparison, cell) !== 'instructions') return []
    if (baselineMedian === null || variantMedian === null) return []
    const [before = NaN, after = NaN] = [comparison.baseline, sides.get(referenceKey(variant))].map(
      side => cell.parameters.sizeBytes / (side?.pageBytes ?? NaN),
    )
    const difference = variantMedian - baselineMedian
    return [
      [
        textCell(cellName(cell, comparison.cells)),
        textCell(names.get(referenceKey(variant)) ?? ''),
        numberCell(baselineMedian, formatCount),
        numberCell(variantMedian, formatCount),
        numberCell(difference, formatCountChange),
        numberCell(percent, value => `${formatFineChange(value)}%`),
        numberCell(baselineMedian * before, formatWhole),
        numberCell(variantMedian * after, formatWhole),
      ],
    ]
  })
  if (rows.length === 0) return []
  return [
    {
      keys: 2,
      title: `Instructions per page and per operation. Baseline: ${variantTitle(comparison, comparison.baseline)}`,
      columns: [
        left('benchmark'),
        left('variant'),
        measured('baseline/page', 'instructions'),
        measured('variant/page', 'instructions'),
        measured('difference', 'instructions/page'),
        measured('change', '%'),
        measured('baseline/operation', 'instructions'),
        measured('variant/operation', 'instructions'),
      ],
      rows,
      notes: ['Instructions were counted by the virtual machine; they do not measure time.'],
    },
  ]
}

function coverageNote(rows: readonly ComparisonRow[]): string[] {
  const coverages = rows.flatMap(row => (row.coverage === null ? [] : [row.coverage]))
  if (rows.every(row => row.method === 'exact'))
    return ['Counts are exact: low and high are the extremes over all pairs of counts.']
  if (coverages.length === 0) return ['No row has enough rounds for an interval.']
  const least = (100 * Math.min(...coverages)).toFixed(1)
  return [`Each interval covers the true change with a probability of at least ${least} %.`]
}

function medianNotes(comparison: Comparison): string[] {
  const medians = comparison.cells.flatMap(cell => {
    const row = comparison.rows.find(other => cellKey(other.cell) === cellKey(cell))
    if (row === undefined || row.baselineMedian === null) return []
    return [
      `${cellName(cell, comparison.cells)} ${formatValue(row.baselineMedian, cellQuantity(comparison, cell))}`,
    ]
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
      title: 'Differences between the environments',
      columns: [left('field'), left('baseline'), left('variant')],
      rows: differences.map(({ field, baseline, variant }) => [field, baseline, variant].map(textCell)),
      notes: [],
    },
  ]
}

function rowFinder<Row extends Readonly<{ cell: Cell; variant: VariantReference; percent: Percent | null }>>(
  rows: readonly Row[],
): (variant: VariantReference, cell: Cell) => Row | undefined {
  const byKey = new Map(rows.map(row => [`${referenceKey(row.variant)} ${cellKey(row.cell)}`, row]))
  return (variant, cell) => byKey.get(`${referenceKey(variant)} ${cellKey(cell)}`)
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
