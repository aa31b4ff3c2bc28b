/** The columns of the list of runs, and the list as text. Pure. */
import type { RunSummary } from '../../engine/contract/run.ts'
import { formatCount, formatMoment } from './format.ts'
import { statusWords, type RunColumn } from './run-list.ts'
import { csvTable, markdownTable } from './table-text.ts'

export type RunTableColumn = Readonly<{
  key: RunColumn
  title: string
  isNumber: boolean
  /** As CSS has it: of a track of the grid. */
  width: string
  /** CSS pixels; below the sum of them the table scrolls sideways. */
  leastWidth: number
}>

export const runColumns: readonly RunTableColumn[] = [
  { key: 'label', title: 'Run', isNumber: false, width: 'minmax(160px, 3fr)', leastWidth: 160 },
  { key: 'status', title: 'Status', isNumber: false, width: '116px', leastWidth: 116 },
  { key: 'createdAt', title: 'Started', isNumber: false, width: '148px', leastWidth: 148 },
  { key: 'target', title: 'Target', isNumber: false, width: '84px', leastWidth: 84 },
  { key: 'machineName', title: 'Machine', isNumber: false, width: 'minmax(110px, 1.6fr)', leastWidth: 110 },
  { key: 'kernelRelease', title: 'Kernel', isNumber: false, width: 'minmax(90px, 1.4fr)', leastWidth: 90 },
  { key: 'benchmarks', title: 'Benchmarks', isNumber: false, width: 'minmax(110px, 2fr)', leastWidth: 110 },
  { key: 'variantLabels', title: 'Variants', isNumber: false, width: 'minmax(110px, 2fr)', leastWidth: 110 },
  { key: 'sampleCount', title: 'Samples', isNumber: true, width: 'minmax(84px, 1fr)', leastWidth: 84 },
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
      return statusWords[run.status]
    case 'createdAt':
      return formatMoment(run.createdAt)
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
    runs.map(run => [run.id, ...columns.map(({ key }) => rawText(run, key))]),
  )
}

function rawText(run: RunSummary, key: RunColumn): string {
  if (key === 'createdAt') return new Date(run.createdAt).toISOString()
  return key === 'sampleCount' ? String(run.sampleCount) : runText(run, key)
}
