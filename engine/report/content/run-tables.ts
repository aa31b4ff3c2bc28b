import type { Run } from '../../contract/run.ts'
import { clockOf, type Variant } from '../../contract/variant.ts'
import { largestOf, smallestOf } from '../../statistics/extremes.ts'
import { markDisturbed, markNotes } from './disturbance-table.ts'
import { medianData } from './median-data.ts'
import { casesOf, type RunCase } from './run-cases.ts'
import { left, numberCell, right, textCell, type Table, type TableData } from './table.ts'
import { commonParameters, formatRange, formatValue, returnsWords } from './words.ts'
import { cellName } from '../../text/cell-text.ts'

/** The medians of a run, with their intervals. */
export function runTables(run: Run): Table[] {
  const cases = casesOf(run)
  const { summary } = run
  return [
    {
      title: `Medians of ${summary.label}, kernel ${summary.kernelRelease}. ${commonParameters(run.cells)}${returnsWords(run.plan.variants)}${clockWords(run.plan.variants)}`,
      columns: [
        left('benchmark'),
        left('variant'),
        right('n'),
        right('median'),
        right('95% interval'),
        right('spread'),
      ],
      rows: cases.map(runCase => medianRow(runCase, cases)),
      data: caseData(cases),
      notes: [
        ...markNotes(cases.some(({ disturbance }) => disturbance !== null)),
        ...disturbedNotes(cases),
        ...invalidNotes(cases),
        `Run ${summary.id}, ${summary.status}. ${summary.statusReason}`.trim(),
      ],
    },
  ]
}

/** Of counted instructions, to follow a title; times need no word. */
function clockWords(variants: readonly Variant[]): string {
  return variants.some(variant => clockOf(variant) === 'instructions') ? ', counted instructions' : ''
}

function caseName(runCase: RunCase, cases: readonly RunCase[]): string {
  return cellName(
    runCase.case,
    cases.map(other => other.case),
  )
}

function medianRow(runCase: RunCase, cases: readonly RunCase[]): Table['rows'][number] {
  const { summary, quantity } = runCase
  const interval = summary?.interval ?? null
  return [
    textCell(caseName(runCase, cases)),
    textCell(runCase.variantLabel),
    numberCell(summary?.n ?? 0, String),
    markDisturbed(
      numberCell(summary?.median ?? null, value => formatValue(value, quantity)),
      runCase.disturbance !== null,
    ),
    textCell(interval === null ? '-' : formatRange(interval.low, interval.high, quantity)),
    spreadCell(runCase),
  ]
}

function caseData(cases: readonly RunCase[]): TableData {
  const medians = medianData(
    cases.map(({ quantity, summary }) => ({
      quantity,
      median: summary?.median ?? null,
      interval: summary?.interval ?? null,
    })),
  )
  return {
    columns: [
      'benchmark',
      'variant',
      'n',
      ...medians.columns,
      'spread (%)',
      'disturbed samples',
      'disturbance',
    ],
    rows: cases.map((runCase, index) => [
      caseName(runCase, cases),
      runCase.variantLabel,
      runCase.summary?.n ?? 0,
      ...(medians.rows[index] ?? []),
      spreadCell(runCase).value,
      runCase.disturbedCount,
      runCase.disturbance,
    ]),
  }
}

/**
 * Of counted instructions the whole range, since they are to repeat; of times the robust spread.
 */
function spreadCell({ quantity, summary, values }: RunCase): Table['rows'][number][number] {
  if (quantity !== 'instructions')
    return numberCell(summary?.relativeSpreadPercent ?? null, value => `${value.toFixed(1)}%`)
  const range = values.length < 2 ? null : 100 * (largestOf(values) / smallestOf(values) - 1)
  return numberCell(range, value => `${value.toFixed(3)}%`)
}

/** How many samples count for nothing because of what else ran, where enough others do. */
function disturbedNotes(cases: readonly RunCase[]): string[] {
  const some = cases
    .filter(({ disturbedCount, disturbance }) => disturbedCount > 0 && disturbance === null)
    .map(runCase => `${caseName(runCase, cases)} ${runCase.variantLabel} ${runCase.disturbedCount}`)
  return some.length === 0 ? [] : [`Disturbed samples, left out: ${some.join(', ')}.`]
}

function invalidNotes(cases: readonly RunCase[]): string[] {
  return cases
    .filter(runCase => runCase.invalidCount > 0)
    .map(runCase => {
      const { variantLabel, invalidCount, samples } = runCase
      const reasons = new Set(samples.flatMap(({ measurement }) => measurement.reason ?? []))
      return `${caseName(runCase, cases)}, ${variantLabel}: ${invalidCount} invalid and left out (${[...reasons].join('; ')}).`
    })
}
