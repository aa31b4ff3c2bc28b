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

/**
 * Runs whose label, note, kernel, machine, variants, benchmarks or status
 * hold every word of `text`.
 */
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

/**
 * Runs in the wanted order; equal ones, and all without one, as the library lists them: the newest
 * first, whatever its date.
 */
export function sortRuns(
  runs: readonly RunSummary[],
  order: TableOrder<RunColumn> | null,
): readonly RunSummary[] {
  if (!order) return runs
  const { key } = order
  const sign = order.descending ? -1 : 1
  return [...runs].sort((one, other) => {
    const [left, right] = [one[key], other[key]]
    const comparison =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : collator.compare(String(left), String(right))
    return comparison * sign
  })
}

/** Runs that ended early can go on where they stopped. */
export function canResume(status: RunStatus): boolean {
  return status === 'cancelled' || status === 'interrupted' || status === 'failed'
}
