import type { Run } from '../contract/run.ts'
import { disturbanceTable } from './disturbance-table.ts'
import { medianData } from './median-data.ts'
import { casesOf, type RunCase } from './run-cases.ts'
import { left, numberCell, right, textCell, type Table, type TableData } from './table.ts'
import { cellName, commonParameters, formatRange, formatValue, returnsWords } from './words.ts'

/** The medians of a run, with their intervals. */
export function runTables(run: Run): Table[] {
  const cases = casesOf(run)
  const { summary } = run
  return [
    ...disturbanceTable(summary),
    {
      title: `Medians of ${summary.label}, kernel ${summary.kernelRelease}. ${commonParameters(run.cells)}${returnsWords(run.plan.variants)}`,
      columns: [
        left('benchmark'),
        left('variant'),
        right('n'),
        right('median'),
        right('95% interval'),
        right('spread'),
      ],
      rows: cases.map(medianRow),
      data: caseData(cases),
      notes: [...invalidNotes(cases), `Run ${summary.id}, ${summary.status}. ${summary.statusReason}`.trim()],
    },
  ]
}

function medianRow(runCase: RunCase): Table['rows'][number] {
  const { summary, quantity } = runCase
  const interval = summary?.interval ?? null
  return [
    textCell(cellName(runCase.case)),
    textCell(runCase.variantLabel),
    numberCell(summary?.n ?? 0, String),
    numberCell(summary?.median ?? null, value => formatValue(value, quantity)),
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
    columns: ['benchmark', 'variant', 'n', ...medians.columns, 'spread (%)'],
    rows: cases.map((runCase, index) => [
      cellName(runCase.case),
      runCase.variantLabel,
      runCase.summary?.n ?? 0,
      ...(medians.rows[index] ?? []),
      spreadCell(runCase).value,
    ]),
  }
}

/** Of counted instructions the whole range, since they are to repeat; of times the robust spread. */
function spreadCell({ quantity, summary, values }: RunCase): Table['rows'][number][number] {
  if (quantity !== 'instructions')
    return numberCell(summary?.relativeSpreadPercent ?? null, value => `${value.toFixed(1)}%`)
  const range = values.length < 2 ? null : 100 * (Math.max(...values) / Math.min(...values) - 1)
  return numberCell(range, value => `${value.toFixed(3)}%`)
}

function invalidNotes(cases: readonly RunCase[]): string[] {
  return cases
    .filter(runCase => runCase.invalidCount > 0)
    .map(({ case: { benchmark }, variantLabel, invalidCount, samples }) => {
      const reasons = new Set(samples.flatMap(({ measurement }) => measurement.reason ?? []))
      return `${benchmark}, ${variantLabel}: ${invalidCount} invalid and left out (${[...reasons].join('; ')}).`
    })
}
