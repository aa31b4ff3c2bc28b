/** The columns of the list of runs, and the list as text. Pure. */
import type { RunSummary } from '../../../engine/contract/run.ts'
import { formatCount, formatStart } from '../../../engine/text/format.ts'
import { statusWords, type RunColumn } from '../../view-models/run-list.ts'
import { csvTable, markdownTable } from '../../ui/table-text.ts'

export type RunTableColumn = Readonly<{
  key: RunColumn
  title: string
  isNumber: boolean
  /** CSS pixels; below the sum of them the table scrolls sideways. */
  leastWidth: number
  /** Of the room that is left; 0 for a column that needs none. */
  share: number
}>

export const runColumns: readonly RunTableColumn[] = [
  { key: 'label', title: 'Run', isNumber: false, leastWidth: 140, share: 3 },
  { key: 'status', title: 'Status', isNumber: false, leastWidth: 116, share: 0 },
  { key: 'createdAt', title: 'Started', isNumber: false, leastWidth: 148, share: 0 },
  { key: 'target', title: 'Target', isNumber: false, leastWidth: 72, share: 0 },
  { key: 'machineName', title: 'Machine', isNumber: false, leastWidth: 100, share: 1.6 },
  { key: 'kernelRelease', title: 'Kernel', isNumber: false, leastWidth: 90, share: 1.4 },
  { key: 'benchmarks', title: 'Benchmarks', isNumber: false, leastWidth: 100, share: 2 },
  { key: 'variantLabels', title: 'Variants', isNumber: false, leastWidth: 100, share: 2 },
  { key: 'sampleCount', title: 'Samples', isNumber: true, leastWidth: 84, share: 1 },
]

/** Shown at first; the others can be chosen. */
export const usualRunColumns: readonly RunColumn[] = [
  'label',
  'status',
  'createdAt',
  'kernelRelease',
  'sampleCount',
]

/** What stands in a cell of the list. */
export function runText(run: RunSummary, key: RunColumn): string {
  switch (key) {
    case 'status':
      return run.disturbances.length === 0 ? statusWords[run.status] : `${statusWords[run.status]}, disturbed`
    case 'createdAt':
      return formatStart(run.createdAt, Date.now())
    case 'sampleCount':
      return formatCount(run.sampleCount)
    case 'benchmarks':
    case 'variantLabels':
      return run[key].join(', ')
    default:
      return run[key]
  }
}

/** What is shown, as a Markdown table. */
export function runsAsMarkdown(runs: readonly RunSummary[], columns: readonly RunTableColumn[]): string {
  return markdownTable(
    columns,
    runs.map(run => columns.map(({ key }) => runText(run, key))),
  )
}

/** What is shown, as CSV for programs: identifiers first, numbers and moments in full. */
export function runsAsCsv(runs: readonly RunSummary[], columns: readonly RunTableColumn[]): string {
  return csvTable(
    ['id', ...columns.map(({ key }) => key)],
    runs.map(run => [run.id, ...columns.map(({ key }) => rawValue(run, key))]),
  )
}

function rawValue(run: RunSummary, key: RunColumn): string | number {
  if (key === 'createdAt') return new Date(run.createdAt).toISOString()
  return key === 'sampleCount' ? run.sampleCount : runText(run, key)
}
