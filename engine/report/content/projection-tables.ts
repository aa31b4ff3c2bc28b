import type { BenchmarkName } from '../../contract/benchmark.ts'
import type { ComparisonVariant, VariantReference } from '../../contract/comparison.ts'
import type { Projection, ProjectionRow } from '../../contract/projection.ts'
import {
  dataOf,
  left,
  numberCell,
  right,
  textCell,
  withUnit,
  type Table,
  type TableData,
} from '../format/table.ts'
import { formatChange, formatFineChange } from '../words.ts'

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
      (variant, benchmark) => rowOf(rows, variant, benchmark)?.projectedPercent.value ?? null,
    ),
    matrix(
      projection,
      `Percent change of the model's own time (${baseline.runLabel})`,
      (variant, benchmark) => rowOf(rows, variant, benchmark)?.modelPercent ?? null,
    ),
    ...published.map(({ cpu, cells }) =>
      matrix(
        projection,
        `Published percent change, ${cpu}`,
        (variant, benchmark) =>
          cells.find(cell => cell.benchmark === benchmark && isSame(cell.variant, variant))?.percent ?? null,
      ),
    ),
    agreements(projection),
    details(projection),
  ]
}

function matrix(
  { rows, variants }: Projection,
  title: string,
  percentOf: (variant: VariantReference, benchmark: BenchmarkName) => number | null,
): Table {
  const benchmarks = [...new Set(rows.map(({ benchmark }) => benchmark))]
  const table: Table = {
    title,
    columns: [left('variant'), ...benchmarks.map((_, index) => right(`(${index + 1})`))],
    rows: variants.map(({ reference, variant }) => [
      textCell(variant.label),
      ...benchmarks.map(benchmark => numberCell(percentOf(reference, benchmark), formatChange)),
    ]),
    notes: [benchmarks.map((benchmark, index) => `(${index + 1}) ${benchmark}`).join(' ')],
  }
  const columns = ['variant', ...benchmarks.map(benchmark => withUnit(benchmark, '%'))]
  return { ...table, data: { ...dataOf(table), columns } }
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
      ...['benchmark', 'variant', 'extra (ns/page)', 'kernel (ns/page)'],
      ...['projected (%)', 'low (%)', 'high (%)', 'model (%)', 'n'],
    ],
    rows: rows.map(
      ({ benchmark, variant, extraNsPerPage, hostNsPerPage, projectedPercent, modelPercent, n }) => [
        ...[benchmark, labelOf(variants, variant), extraNsPerPage.value, hostNsPerPage.value],
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
    rows: rows.map(({ benchmark, variant, extraNsPerPage, hostNsPerPage, projectedPercent, n }) => [
      textCell(benchmark),
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
  benchmark: BenchmarkName,
): ProjectionRow | undefined {
  return rows.find(row => row.benchmark === benchmark && isSame(row.variant, variant))
}

function isSame(one: VariantReference, other: VariantReference): boolean {
  return one.runId === other.runId && one.variantIndex === other.variantIndex
}

function labelOf(variants: readonly ComparisonVariant[], reference: VariantReference): string {
  return variants.find(other => isSame(other.reference, reference))?.variant.label ?? ''
}
