import type { RunStatus, RunSummary } from '../../engine/contract/run.ts'
import type { TableOrder } from './table-order.ts'

export const statusWords: Readonly<Record<RunStatus, string>> = {
  running: 'Running',
  complete: 'Complete',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
  failed: 'Failed',
}

export type RunColumn =
  | 'label'
  | 'status'
  | 'createdAt'
  | 'target'
  | 'machineName'
  | 'kernelRelease'
  | 'benchmarks'
  | 'variantLabels'
  | 'sampleCount'

/** Runs whose label, note, kernel, machine, variants, benchmarks or status hold every word of `text`. */
export function filterRuns(runs: readonly RunSummary[], text: string): readonly RunSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return runs
  return runs.filter(run => {
    const haystack = [
      run.label,
      run.note,
      run.kernelRelease,
      run.machineName,
      run.target,
      statusWords[run.status],
      ...run.variantLabels,
      ...run.benchmarks,
    ]
      .join('\n')
      .toLowerCase()
    return words.every(word => haystack.includes(word))
  })
}

const collator = new Intl.Collator('en', { numeric: true })

/** Runs in the wanted order; equal ones newest first. */
export function sortRuns(
  runs: readonly RunSummary[],
  { key, descending }: TableOrder<RunColumn>,
): readonly RunSummary[] {
  const sign = descending ? -1 : 1
  return [...runs].sort((one, other) => {
    const [left, right] = [one[key], other[key]]
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : collator.compare(String(left), String(right))
    return order * sign || other.createdAt - one.createdAt
  })
}

/** Runs that ended early can go on where they stopped. */
export function canResume(status: RunStatus): boolean {
  return status === 'cancelled' || status === 'interrupted' || status === 'failed'
}

/** The one that was stored last, whatever its clock said: lists begin with it. */
export function newestRun(runs: readonly RunSummary[]): RunSummary | null {
  return runs[0] ?? null
}
