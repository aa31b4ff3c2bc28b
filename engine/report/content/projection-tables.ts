import type { ComparisonVariant, VariantReference } from '../../contract/comparison.ts'
import type { Projection, ProjectionRow } from '../../contract/projection.ts'
import { formatBytes } from '../../text/size-text.ts'
import { dataOf, left, numberCell, right, textCell, withUnit, type Table, type TableData } from './table.ts'
import { formatChange, formatFineChange } from './words.ts'

/**
 * A projection in the layout of the published tables, beside the model and
 * them, and how far they agree.
 */
export function projectionTables(projection: Projection): Table[] {
  const { rows, published, host, baseline } = projection
  return [
    matrix(
      projection,
      `PROJECTED percent change of run time on ${host.kernelRelease} (${host.runLabel}). Baseline: ${baseline.variant.label}`,
      (variant, column) => rowOf(rows, variant, column)?.projectedPercent.value ?? null,
    ),
    matrix(
      projection,
      `Percent change of the model's own time (${baseline.runLabel})`,
      (variant, column) => rowOf(rows, variant, column)?.modelPercent ?? null,
    ),
    ...published.map(({ cpu, cells }) =>
      matrix(
        projection,
        `Published percent change, ${cpu}`,
        (variant, column) =>
          cells.find(cell => isOfColumn(cell, column) && isSame(cell.variant, variant))?.percent ?? null,
      ),
    ),
    agreements(projection),
    details(projection),
  ]
}

/** A benchmark with folios of one size. */
type Column = Pick<ProjectionRow, 'benchmark' | 'folioBytes'>

function matrix(
  { rows, variants }: Projection,
  title: string,
  percentOf: (variant: VariantReference, column: Column) => number | null,
): Table {
  const columns = rows.filter((row, index) => rows.findIndex(other => isOfColumn(other, row)) === index)
  const names = columns.map(column => columnName(column, rows))
  const table: Table = {
    title,
    columns: [left('variant'), ...names.map((_, index) => right(`(${index + 1})`))],
    rows: variants.map(({ reference, variant }) => [
      textCell(variant.label),
      ...columns.map(column => numberCell(percentOf(reference, column), formatChange)),
    ]),
    notes: [names.map((name, index) => `(${index + 1}) ${name}`).join(' ')],
  }
  return {
    ...table,
    data: { ...dataOf(table), columns: ['variant', ...names.map(name => withUnit(name, '%'))] },
  }
}

/** The benchmark, with the folio size where there are several. */
function columnName({ benchmark, folioBytes }: Column, rows: readonly Column[]): string {
  const hasSizes = rows.some(other => other.folioBytes !== folioBytes)
  return hasSizes ? `${benchmark} ${formatBytes(folioBytes)}` : benchmark
}

function isOfColumn(one: Column, { benchmark, folioBytes }: Column): boolean {
  return one.benchmark === benchmark && one.folioBytes === folioBytes
}

function agreements({ agreements }: Projection): Table {
  return {
    title: 'Agreement with the published tables, over all cells that both have',
    keys: 2,
    columns: [left('of'), left('with'), right('cells'), right('same sign'), right('rank correlation')],
    rows: agreements.map(({ kind, cpu, cells, sameSign, signedCells, rankCorrelation }) => [
      textCell(kind),
      textCell(cpu),
      numberCell(cells, String),
      { text: `${sameSign} of ${signedCells}`, value: signedCells === 0 ? null : sameSign / signedCells },
      numberCell(rankCorrelation, value => value.toFixed(2)),
    ]),
    notes: ['Cells that were published as 0.0 have no sign. Rank correlation is Spearman’s.'],
  }
}

/** The changes with what they are made from, for programs. */
export function projectionData({ rows, variants }: Pick<Projection, 'rows' | 'variants'>): TableData {
  return {
    columns: [
      ...['benchmark', 'folio (bytes)', 'variant', 'extra (ns/page)', 'kernel (ns/page)'],
      ...['projected (%)', 'low (%)', 'high (%)', 'model (%)', 'n'],
    ],
    rows: rows.map(
      ({
        benchmark,
        folioBytes,
        variant,
        extraNsPerPage,
        hostNsPerPage,
        projectedPercent,
        modelPercent,
        n,
      }) => [
        ...[benchmark, folioBytes, labelOf(variants, variant), extraNsPerPage.value, hostNsPerPage.value],
        ...[projectedPercent.value, projectedPercent.low, projectedPercent.high, modelPercent, n],
      ],
    ),
  }
}

function details({ rows, variants }: Projection): Table {
  return {
    title: 'Inputs of the projection, in nanoseconds per base page',
    keys: 2,
    columns: [
      left('benchmark'),
      left('variant'),
      right('extra'),
      right('kernel'),
      right('projected'),
      right('interval'),
      right('n'),
    ],
    rows: rows.map(({ variant, extraNsPerPage, hostNsPerPage, projectedPercent, n, ...column }) => [
      textCell(columnName(column, rows)),
      textCell(labelOf(variants, variant)),
      numberCell(extraNsPerPage.value, value => value.toFixed(2)),
      numberCell(hostNsPerPage.value, value => value.toFixed(1)),
      numberCell(projectedPercent.value, value => `${formatFineChange(value)}%`),
      textCell(
        projectedPercent.low === null || projectedPercent.high === null
          ? '-'
          : `${formatFineChange(projectedPercent.low)}..${formatFineChange(projectedPercent.high)}`,
      ),
      numberCell(n, String),
    ]),
    data: projectionData({ rows, variants }),
    notes: [
      'An estimate, not a measurement: 100 × the extra cost of the variant in the model ÷ the cost of the operation on the kernel, all else being equal.',
      'Its interval covers the uncertainty of the two medians, not how well the model resembles a kernel.',
    ],
  }
}

function rowOf(
  rows: readonly ProjectionRow[],
  variant: VariantReference,
  column: Column,
): ProjectionRow | undefined {
  return rows.find(row => isOfColumn(row, column) && isSame(row.variant, variant))
}

function isSame(one: VariantReference, other: VariantReference): boolean {
  return one.runId === other.runId && one.variantIndex === other.variantIndex
}

function labelOf(variants: readonly ComparisonVariant[], reference: VariantReference): string {
  return variants.find(other => isSame(other.reference, reference))?.variant.label ?? ''
}
