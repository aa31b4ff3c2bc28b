import type { Run } from '../../contract/run.ts'
import { sampleValue } from '../../contract/sample.ts'
import { clockOf } from '../../contract/variant.ts'
import { casesOf, type RunCase } from './run-cases.ts'
import { left, numberCell, right, textCell, type Table } from '../format/table.ts'
import { cellName, formatValue } from '../words.ts'

/** Every sample of a run, in the order of its schedule within each case. */
export function sampleTable(run: Run): Table {
  return {
    title: `Every sample of ${run.summary.label}`,
    columns: [left('benchmark'), left('variant'), right('round'), right('value'), left('state')],
    rows: casesOf(run).flatMap(runCase =>
      runCase.samples.map(sample => {
        const variant = run.plan.variants[sample.variantIndex]
        const { measurement } = sample
        const value = variant && sampleValue(runCase.case.benchmark, clockOf(variant), measurement)
        return [
          textCell(cellName(runCase.case)),
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
