import type { Run } from '../../contract/run.ts'
import { sampleValue } from '../../contract/sample.ts'
import { clockOf } from '../../contract/variant.ts'
import { casesOf, type RunCase } from './run-cases.ts'
import { left, numberCell, right, textCell, type Table } from './table.ts'
import { formatValue } from './words.ts'
import { cellName } from '../../text/cell-text.ts'

const mostRows = 50_000 // what a browser shows of a page without long waiting

/**
 * Every sample of a run, in the order of its schedule within each case; of a run with too
 * many only where they are.
 */
export function sampleTable(run: Run): Table {
  const count = run.samples.length
  if (count > mostRows)
    return {
      title: `The ${count.toLocaleString('en')} samples of ${run.summary.label} are too many for a page`,
      columns: [left('how to get them')],
      rows: [[textCell(`folio-lab runs export ${run.summary.id} FILE`)]],
      notes: [],
    }
  return {
    title: `Every sample of ${run.summary.label}`,
    columns: [left('benchmark'), left('variant'), right('round'), right('value'), left('state')],
    rows: casesOf(run).flatMap(runCase =>
      runCase.samples.map(sample => {
        const variant = run.plan.variants[sample.variantIndex]
        const { measurement } = sample
        const value = variant && sampleValue(runCase.case.benchmark, clockOf(variant), measurement)
        return [
          textCell(cellName(runCase.case, run.cells)),
          textCell(runCase.variantLabel),
          numberCell(sample.round, String),
          numberCell(value ?? null, number => formatValue(number, runCase.quantity)),
          textCell(stateOf(sample)),
        ]
      }),
    ),
    notes: [],
  }
}

function stateOf({ warmup, voidReason, measurement }: RunCase['samples'][number]): string {
  if (measurement.reason !== null) return `invalid: ${measurement.reason}`
  if (warmup) return 'warm-up'
  return voidReason === undefined ? 'valid' : `disturbed: ${voidReason}`
}
